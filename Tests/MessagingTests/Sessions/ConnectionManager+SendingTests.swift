import Testing

@testable import Messaging

@Suite("Sessions: what a client sends") struct ConnectionManagerSendingTests {
  @Test("for somebody who is not there it is kept") func kept() {
    let chat = Chat.joined("a")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    #expect(chat.take(1) == [])
    chat.settle()
    #expect(chat.take(1) == [V1.accepted("x", 1, "kept", at: chat.at)])
  }

  @Test("while the store has not answered, nothing is accepted, but messages are forwarded")
  func delayed() {
    let chat = Chat.joined("a", "b")
    chat.store.isDelayed = true
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.ask(V1.send("b", "y", "ho"), over: 1)
    chat.settle()
    #expect(chat.take(2).count == 2)
    #expect(chat.take(1) == [])
    chat.store.isDelayed = false
    chat.settle()
    #expect(
      chat.take(1)
        == [V1.accepted("x", 1, "sent", at: chat.at), V1.accepted("y", 2, "sent", at: chat.at)]
    )
  }

  @Test("the same message again is answered again and not sent again") func repeated() {
    let chat = Chat.joined("a", "b")
    for _ in 0..<3 { chat.ask(V1.send("b", "x", "hi"), over: 1) }
    chat.settle()
    #expect(chat.take(2).count == 1)
    #expect(
      chat.take(1) == Array(repeating: V1.accepted("x", 1, "sent", at: chat.at), count: 3)
    )
  }

  @Test("it is answered by its state, as far as that is known", arguments: [false, true])
  func repeatedState(isReceived: Bool) {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    if isReceived {
      chat.ask(V1.received(1), over: 2)
      chat.settle()
    }
    chat.disconnect(2)
    _ = chat.take(1)
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    #expect(chat.take(1) == [V1.accepted("x", 1, isReceived ? "sent" : "kept", at: chat.at)])
  }

  @Test(
    "the same id with another body or target is refused",
    arguments: [
      V1.send("b", "x", "ho"), V1.send("c", "x", "hi"),
      #"{"type":"send","to":"b","id":"x","data":"hi"}"#,
      #"{"type":"send","to":"b","id":"x","text":"h\u0069"}"#,
    ]
  )
  func otherBody(frame: String) {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    _ = (chat.take(1), chat.take(2))
    chat.ask(frame, over: 1)
    chat.settle()
    #expect(chat.errors(1) == ["bad_request x"])
    #expect(chat.take(2) == [])
  }

  @Test("the same id of another sender is another message") func otherSender() {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.ask(V1.send("a", "x", "ho"), over: 2)
    chat.settle()
    #expect(chat.take(1).count == 2)
    #expect(chat.take(2).count == 2)
  }

  @Test("the same message over two connections at once is one") func twoConnections() {
    let chat = Chat.joined("a", "b")
    chat.join("a", 3)
    chat.settle()
    _ = chat.take(3)
    chat.store.isDelayed = true
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.ask(V1.send("b", "x", "hi"), over: 3)
    chat.store.isDelayed = false
    chat.settle()
    #expect(chat.take(2).count == 1)
    #expect(chat.take(1) == [V1.accepted("x", 1, "sent", at: chat.at)])
    #expect(
      chat.take(3)
        == [V1.copy("b", "x", 1, "hi", at: chat.at), V1.accepted("x", 1, "sent", at: chat.at)]
    )
  }

  @Test("what comes behind a message that is looked up waits, so that the order stays")
  func orderAroundALookUp() {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "1"), over: 1)
    chat.ask(V1.send("b", "x", "1"), over: 1)
    chat.ask(V1.send("b", "y", "2"), over: 1)
    chat.ask(#"{"type":"ping","ref":7}"#, over: 1)
    #expect(chat.take(2).count == 1)
    chat.settle()
    #expect(chat.take(2) == [V1.message("a", "y", 2, "2", at: chat.at)])
    #expect(
      chat.take(1) == [
        V1.accepted("x", 1, "sent", at: chat.at), V1.accepted("x", 1, "sent", at: chat.at),
        #"{"type":"pong","ref":7}"#, V1.accepted("y", 2, "sent", at: chat.at),
      ]
    )
  }

  @Test("no more frames wait than may; those beyond are refused") func tooEarly() {
    let chat = Chat()
    chat.store.isDelayed = true
    chat.join("a", 1)
    for number in 0...EarlyFrames.maximumCount {
      chat.ask(V1.send("b", "m\(number)", "x"), over: 1)
    }
    #expect(chat.errors(1) == ["unavailable m\(EarlyFrames.maximumCount)"])
    chat.store.isDelayed = false
    chat.settle()
    let answers = chat.take(1)
    #expect(answers.first == V1.welcome("a"))
    #expect(answers.count == 1 + EarlyFrames.maximumCount)
  }

  @Test("what waits in all sessions is bounded, and room comes back with an end or an answer")
  func tooMuchTogether() {
    let chat = Chat()
    chat.store.isDelayed = true
    let text = String(repeating: "x", count: 5 << 20)
    func send(_ number: UInt64) -> [String] {
      let connection = ConnectionID(rawValue: number)
      chat.join(try! ClientID("c\(number)"), connection)
      chat.ask(V1.send("b", "m\(number)", text), over: connection)
      return chat.errors(connection)
    }
    // One frame of five MiB each, for which every session has room.
    let taken = UInt64(EarlyFrames.maximumTotalBytes / (5 << 20)) + 1
    for number in 1...taken { #expect(send(number).isEmpty) }
    #expect(send(taken + 1) == ["unavailable m\(taken + 1)"])
    chat.disconnect(1)
    #expect(send(taken + 2).isEmpty)
    #expect(send(taken + 3) == ["unavailable m\(taken + 3)"])
    chat.store.isDelayed = false
    chat.settle()
    let left = chat.manager.unfinished.value.earlyBytes
    #expect(left == 0)
  }

  @Test("while the store is broken nothing is forwarded, and all is refused") func broken() {
    let chat = Chat.joined("a", "b")
    chat.store.isFailing = true
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.ask(V1.send("c", "y", "hi"), over: 1)
    chat.settle()
    #expect(chat.take(2) == [])
    #expect(chat.errors(1) == ["unavailable x", "unavailable y"])
    chat.store.isFailing = false
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    #expect(chat.take(2).count == 1)
    #expect(chat.take(1).last?.contains(#""type":"accepted","id":"x""#) ?? false)
    chat.ask(V1.send("b", "z", "live again"), over: 1)
    #expect(chat.take(2).count == 1)
  }

  @Test("a full mailbox refuses, whether its owner is there or not", arguments: [false, true])
  func full(isThere: Bool) {
    let chat = Chat.joined("a", limits: .init(messages: 2))
    if isThere {
      chat.join("b", 2)
      chat.settle()
      _ = chat.take(2)
    }
    for id in ["x", "y", "z"] { chat.ask(V1.send("b", id, "hi"), over: 1) }
    chat.settle()
    #expect(chat.errors(1).last == "mailbox_full z")
    guard isThere else { return }
    #expect(chat.take(2).count == 2)
    chat.ask(V1.received(1), over: 2)
    chat.settle()
    chat.ask(V1.send("b", "z", "hi"), over: 1)
    chat.settle()
    #expect(chat.take(2).count == 1)
  }

  @Test("what waits is counted right, however the recipient came", arguments: 0...3)
  func counted(before: Int) {
    let chat = Chat.joined("a", limits: .init(messages: 3))
    for number in 0..<before { chat.ask(V1.send("b", "k\(number)", "x"), over: 1) }
    chat.join("b", 2)
    for number in before..<5 { chat.ask(V1.send("b", "k\(number)", "x"), over: 1) }
    chat.settle()
    #expect(chat.take(2).filter { $0.contains(#""type":"message""#) }.count == 3)
    #expect(chat.take(1).filter { $0.contains("mailbox_full") }.count == 2)
  }

  @Test("binary messages go with their labels, and their bytes untouched") func binary() {
    let chat = Chat.joined("a", "b")
    let header = #"{"type":"send","to":"b","id":"x","mime":"image/png","name":"a \"b\".png"}"#
    chat.ask([0, UInt8(header.utf8.count)] + Array(header.utf8) + [0, 255, 1], .binary, over: 1)
    let head =
      #"{"type":"message","from":"a","id":"x","seq":1,"at":\#(chat.at),"#
      + #""mime":"image/png","name":"a \"b\".png"}"#
    let expected = [0, UInt8(head.utf8.count)] + Array(head.utf8) + [0, 255, 1]
    #expect(chat.outlet.take(2) == [.init(form: .binary, bytes: expected)])
  }

  @Test("who writes is a chat peer, and hears when the other leaves") func peers() {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    _ = (chat.take(1), chat.take(2))
    chat.now += 500
    chat.disconnect(2, unsent: [], why: .lost, silence: 300)
    #expect(
      chat.take(1)
        == [#"{"type":"left","peer":"b","at":\#(chat.at),"why":"lost","after":300}"#]
    )
  }
}
