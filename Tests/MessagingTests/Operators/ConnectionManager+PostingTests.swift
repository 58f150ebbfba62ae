import Testing

@testable import Messaging

extension Chat {
  /// A back end posts a message; its outcomes are noted in `outcomes`.
  func post(_ text: String, _ outcomes: Outcomes = Outcomes()) throws {
    let bytes = Array(text.utf8)
    manager.post(try PostedMessage(bytes.span), at: now, through: outlet) { outcome in
      outcomes.all.append(outcome)
    }
  }

  /// What became of posted messages.
  final class Outcomes {
    var all: [PostingOutcome] = []
  }
}

@Suite("Messages that a back end posts") struct ConnectionManagerPostingTests {
  private let outcomes = Chat.Outcomes()

  private static func body(_ id: String = "x", _ text: String = "hi", to: String = "b") -> String {
    #"{"from":"a","to":"\#(to)","id":"\#(id)","text":"\#(text)"}"#
  }

  @Test("it reaches all connections of its target, and copies those of its sender")
  func delivered() throws {
    let chat = Chat.joined("a", "b", "b")
    chat.connect("b", 4)
    try chat.post(Self.body(), outcomes)
    #expect(outcomes.all == [])
    chat.settle()
    #expect(outcomes.all == [.accepted(id: Array("x".utf8), .sent)])
    #expect(chat.take(1) == [V1.copy("b", "x", 1, "hi", at: chat.at)])
    for connection in [2, 3] as [ConnectionID] {
      #expect(chat.take(connection) == [V1.message("a", "x", 1, "hi", at: chat.at)])
    }
    #expect(chat.take(4) == [Line.says("a", "hi")])
  }

  @Test("it makes no chat peer, and leaves nobody behind") func noPeer() throws {
    let chat = Chat.joined("b")
    try chat.post(Self.body(), outcomes)
    try chat.post(Self.body("y", to: "nobody"), outcomes)
    chat.settle()
    #expect(
      outcomes.all == [
        .accepted(id: Array("x".utf8), .sent), .accepted(id: Array("y".utf8), .kept),
      ]
    )
    #expect(chat.manager.clientCount == 1)
    chat.join("a", 5)
    chat.settle()
    _ = chat.take(5)
    chat.disconnect(1)
    #expect(chat.take(5) == [])
  }

  @Test("it is kept for somebody who is not there") func kept() throws {
    let chat = Chat()
    try chat.post(Self.body(), outcomes)
    chat.settle()
    #expect(outcomes.all == [.accepted(id: Array("x".utf8), .kept)])
    let sent = chat.at
    chat.join("b", 1)
    chat.settle()
    #expect(
      chat.take(1) == [V1.welcome("b", pending: 1), V1.message("a", "x", 1, "hi", at: sent)]
    )
  }

  @Test("a message to oneself arrives once") func toOneself() throws {
    let chat = Chat.joined("a")
    try chat.post(Self.body(to: "a"), outcomes)
    chat.settle()
    #expect(chat.take(1) == [V1.message("a", "x", 1, "hi", at: chat.at)])
  }

  @Test("without an id the server chooses one, each time another") func noID() throws {
    let chat = Chat()
    for _ in 0..<2 { try chat.post(#"{"from":"a","to":"b","data":[1]}"#, outcomes) }
    chat.settle()
    #expect(
      outcomes.all == [
        .accepted(id: Array("~1".utf8), .kept), .accepted(id: Array("~2".utf8), .kept),
      ]
    )
  }

  @Test("the same message again is answered again and not sent again") func repeated() throws {
    let chat = Chat.joined("b")
    try chat.post(Self.body(), outcomes)
    try chat.post(Self.body(), outcomes)
    chat.settle()
    try chat.post(Self.body(), outcomes)
    chat.settle()
    let answer = PostingOutcome.accepted(id: Array("x".utf8), .sent)
    #expect(outcomes.all == [answer, answer, answer])
    #expect(chat.take(1).count == 1)
    chat.disconnect(1)
    try chat.post(Self.body(), outcomes)
    chat.settle()
    #expect(outcomes.all.last == .accepted(id: Array("x".utf8), .kept))
  }

  @Test(
    "the same id with another body or target is a conflict",
    arguments: [("ho", "b"), ("hi", "c")]
  )
  func conflict(text: String, to: String) throws {
    let chat = Chat()
    try chat.post(Self.body(), outcomes)
    try chat.post(Self.body("x", text, to: to), outcomes)
    chat.settle()
    #expect(outcomes.all == [.accepted(id: Array("x".utf8), .kept), .conflict])
  }

  @Test("it is the same message as the one that its sender sends") func sameAsSend() throws {
    let chat = Chat.joined("a")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    _ = chat.take(1)
    try chat.post(Self.body(), outcomes)
    try chat.post(Self.body("y"), outcomes)
    chat.settle()
    #expect(
      outcomes.all == [
        .accepted(id: Array("x".utf8), .kept), .accepted(id: Array("y".utf8), .kept),
      ]
    )
    _ = chat.take(1)
    chat.ask(V1.send("b", "y", "hi"), over: 1)
    chat.ask(V1.send("b", "y", "ho"), over: 1)
    chat.settle()
    #expect(
      chat.errors(1) == [V1.accepted("y", 2, "kept", at: chat.at), "bad_request y"]
    )
  }

  @Test("a full mailbox and a broken store refuse it") func refused() throws {
    let chat = Chat(limits: StoreLimits(messages: 1))
    try chat.post(Self.body("x"), outcomes)
    try chat.post(Self.body("y"), outcomes)
    chat.settle()
    #expect(outcomes.all.last == .refused(.full))
    chat.store.isFailing = true
    try chat.post(Self.body("z", to: "c"), outcomes)
    chat.settle()
    #expect(outcomes.all.last == .refused(.unavailable))
    #expect(outcomes.all.count == 3)
  }
}
