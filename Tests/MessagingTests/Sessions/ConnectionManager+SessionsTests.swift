import Testing

@testable import Messaging

@Suite("Sessions: what a client gets") struct ConnectionManagerSessionsTests {
  /// Client `a` at connection 1; what it has sent to `b`, 1 to `count`, waits.
  private func kept(_ count: Int) -> Chat {
    let chat = Chat.joined("a")
    for number in 0..<count { chat.ask(V1.send("b", "m\(number + 1)", "\(number + 1)"), over: 1) }
    chat.settle()
    _ = chat.take(1)
    return chat
  }

  private func messages(_ numbers: ClosedRange<Int>, again: Bool = false, _ chat: Chat) -> [String]
  {
    numbers.map { V1.message("a", "m\($0)", $0, "\($0)", again: again, at: chat.at) }
  }

  @Test("the first frame is a welcome") func welcome() {
    let chat = Chat()
    chat.join("a", 1)
    #expect(chat.take(1) == [])
    chat.settle()
    #expect(chat.take(1) == [V1.welcome("a")])
  }

  @Test("a message goes to the recipient at once, and is accepted when it is kept")
  func live() {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    #expect(chat.take(2) == [V1.message("a", "x", 1, "hi", at: chat.at)])
    #expect(chat.take(1) == [])
    chat.settle()
    #expect(chat.take(1) == [V1.accepted("x", 1, "sent", at: chat.at)])
    #expect(chat.take(2) == [])
  }

  @Test("what waits comes behind the welcome, which counts it") func pending() {
    let chat = kept(3)
    chat.join("b", 2)
    chat.settle()
    #expect(chat.take(2) == [V1.welcome("b", pending: 3)] + messages(1...3, chat))
  }

  @Test("what was not received comes again, and says so") func again() {
    let chat = kept(3)
    chat.join("b", 2)
    chat.settle()
    _ = chat.take(2)
    chat.ask(V1.received(1), over: 2)
    chat.settle()
    chat.disconnect(2)
    chat.join("b", 3)
    chat.settle()
    #expect(chat.take(3) == [V1.welcome("b", pending: 2)] + messages(2...3, again: true, chat))
  }

  @Test("with since it starts there, with the client's own messages") func since() {
    let chat = kept(3)
    chat.join("b", 2)
    chat.settle()
    chat.ask(V1.send("a", "n1", "back"), over: 2)
    chat.ask(V1.received(3), over: 2)
    chat.settle()
    chat.join("b", 3, since: 2)
    chat.settle()
    #expect(
      chat.take(3)
        == [
          V1.welcome("b", pending: 2),
          V1.message("a", "m3", 3, "3", again: true, at: chat.at),
          V1.copy("a", "n1", 4, "back", at: chat.at),
        ]
    )
  }

  @Test("in whichever round messages come, they come once and in order", arguments: 0...5)
  func anyRound(round: Int) {
    let chat = kept(2)
    chat.join("b", 2)
    for _ in 0..<round { chat.round() }
    chat.ask(V1.send("b", "m3", "3"), over: 1)
    chat.round()
    chat.ask(V1.send("b", "m4", "4"), over: 1)
    chat.settle()
    let lines = chat.take(2).filter { !$0.contains("welcome") }
    #expect(lines == messages(1...4, chat))
  }

  @Test("a log is read in batches, as the system takes them") func batches() {
    let chat = Chat.joined("a")
    let body = String(repeating: "x", count: 100 * 1024)
    for number in 1...5 { chat.ask(V1.send("b", "m\(number)", body), over: 1) }
    chat.settle()
    chat.join("b", 2)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(2).count == 3)
    chat.settle()
    #expect(chat.take(2) == [])
    // What comes meanwhile queues behind.
    chat.ask(V1.send("b", "m6", "new"), over: 1)
    chat.settle()
    #expect(chat.take(2) == [])
    chat.drain(2)
    chat.settle()
    let rest = chat.take(2)
    #expect(rest.count == 4)
    #expect(rest.last == V1.message("a", "m6", 6, "new", at: chat.at))
    chat.ask(V1.send("b", "m7", "live"), over: 1)
    #expect(chat.take(2).count == 1)
  }

  @Test("the sender's other connections get a copy, also of what comes while they catch up")
  func copies() {
    let chat = Chat.joined("a", "b")
    chat.join("a", 3)
    chat.ask(V1.send("b", "m1", "1"), over: 1)
    chat.settle()
    #expect(chat.take(3) == [V1.welcome("a"), V1.copy("b", "m1", 1, "1", at: chat.at)])
    chat.ask(V1.send("b", "m2", "2"), over: 1)
    #expect(chat.take(3) == [V1.copy("b", "m2", 2, "2", at: chat.at)])
    chat.settle()
    #expect(chat.take(1) == [1, 2].map { V1.accepted("m\($0)", $0, "sent", at: chat.at) })
  }

  @Test("own messages of before are no copies for a new connection") func noOldCopies() {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "m1", "1"), over: 1)
    chat.settle()
    chat.join("a", 3)
    chat.ask(V1.send("b", "m2", "2"), over: 1)
    chat.settle()
    #expect(chat.take(3) == [V1.welcome("a"), V1.copy("b", "m2", 2, "2", at: chat.at)])
  }

  @Test("all connections of a client get its messages, each from where it stands") func devices() {
    let chat = kept(2)
    chat.join("b", 2)
    chat.settle()
    chat.ask(V1.received(2), over: 2)
    chat.settle()
    chat.join("b", 3)
    chat.settle()
    chat.ask(V1.send("b", "m3", "3"), over: 1)
    chat.settle()
    #expect(chat.take(3) == [V1.welcome("b")] + messages(3...3, chat))
    #expect(chat.take(2) == [V1.welcome("b", pending: 2)] + messages(1...3, chat))
  }

  @Test("a message to oneself goes to all of one's connections, once") func toOneself() {
    let chat = Chat.joined("a", "a")
    chat.ask(V1.send("a", "m", "note"), over: 1)
    chat.settle()
    let message = V1.message("a", "m", 1, "note", at: chat.at)
    #expect(chat.take(1) == [message, V1.accepted("m", 1, "sent", at: chat.at)])
    #expect(chat.take(2) == [message])
  }

  @Test("what a broken connection was given comes again over the next") func broken() {
    let chat = kept(3)
    chat.join("b", 2)
    chat.outlet.room[2] = 2
    chat.settle()
    #expect(chat.take(2).count == 2)
    chat.ask(V1.send("b", "m4", "4"), over: 1)
    chat.disconnect(2)
    chat.join("b", 3)
    chat.settle()
    let lines = chat.take(3).dropFirst().map { $0.replacing(#","again":true"#, with: "") }
    #expect(lines == messages(1...4, chat))
  }

  @Test("a newer connection replaces an older one, which is told by a bye") func replaced() {
    let chat = Chat(.replace)
    chat.join("a", 1)
    chat.settle()
    _ = chat.take(1)
    chat.join("a", 2)
    #expect(chat.take(1) == [#"{"type":"bye","code":4005}"#])
    #expect(chat.outlet.farewells == [1: .replaced])
    chat.settle()
    chat.disconnect(1)
    #expect(chat.take(2) == [V1.welcome("a")])
    chat.ask(V1.send("a", "m", "here"), over: 2)
    #expect(chat.take(2).count == 1)
  }

  @Test("while the store is broken a new connection waits for its welcome") func storeFails() {
    let chat = Chat()
    chat.store.isDelayed = true
    chat.join("a", 1)
    chat.storeFailed(1, .unavailable)
    #expect(chat.take(1) == [] && chat.outlet.farewells.isEmpty)
    chat.store.isFailing = true
    chat.manager.resumeStalled(at: chat.now)
    let stalled = chat.manager.unfinished.value.stalled.count
    #expect(stalled == 1)
    chat.store.isFailing = false
    chat.manager.resumeStalled(at: chat.now)
    let isNoneStalled = chat.manager.unfinished.value.stalled.isEmpty
    #expect(isNoneStalled)
    chat.storeAnswered(2, .opened(ClientRecord()))
    #expect(chat.take(1) == [V1.welcome("a")])
  }

  @Test("a log is read on although other frames come all the time") func signalsMeanwhile() {
    let chat = kept(3)
    chat.join("b", 2)
    // As the server has it: what was delivered since the last writing is unsent, and not blocked.
    chat.outlet.pending[2] = 1
    chat.settle()
    chat.outlet.pending[2] = nil
    #expect(chat.take(2).count == 4)
    chat.ask(V1.send("b", "m4", "4"), over: 1)
    #expect(chat.take(2).count == 1)
  }

  @Test("a client may acknowledge what it was sent before, over another connection")
  func acknowledgesCopies() {
    let chat = Chat.joined("a", "a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    chat.disconnect(2)
    chat.join("a", 4)
    chat.settle()
    _ = chat.take(4)
    chat.ask(V1.received(1), over: 4)
    chat.settle()
    #expect(chat.take(4) == [])
  }

  @Test("receipts that come before the welcome are told behind it") func earlyReceipts() {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    chat.disconnect(1)
    chat.join("a", 3)
    chat.ask(V1.received(1), over: 2)
    chat.settle()
    #expect(chat.take(3) == [V1.welcome("a"), V1.delivered("b", "x")])
  }

  @Test("somebody who is turned away hears why") func turnedAway() {
    let chat = Chat()
    chat.manager.turnAway("a", 9, .inUse, through: chat.outlet)
    #expect(chat.take(9) == [#"{"type":"bye","code":4005}"#])
    #expect(chat.outlet.farewells == [9: .inUse])
    #expect(chat.manager.clientCount == 0)
  }

  @Test("plain messages come with an id of the server's, and bytes as a binary frame")
  func fromPlain() {
    let chat = Chat.joined("b")
    chat.connect("a", 2)
    chat.send("b:hello \"you\"", over: 2)
    chat.send(Array("b:\u{1}".utf8), .binary, over: 2)
    chat.settle()
    let got = chat.outlet.take(1)
    #expect(got[0].text == V1.message("a", "~1", 1, #"hello \"you\""#, at: chat.at))
    let header = #"{"type":"message","from":"a","id":"~2","seq":2,"at":\#(chat.at)}"#
    #expect(got[1].bytes == [0, UInt8(header.utf8.count)] + Array(header.utf8) + [1])
    #expect(chat.take(2) == [])
  }

  @Test("messages for a plain client come as plain ones, and are let go of when they are taken")
  func toPlain() {
    let chat = Chat.joined("a")
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.ask(V1.send("b", "m1", #"a \"b\" \u263a"#), over: 1)
    chat.ask(#"{"type":"send","to":"b","id":"m2","data":{"k": [1]}}"#, over: 1)
    #expect(chat.take(2) == [Line.says("a", "a \"b\" ☺"), Line.says("a", #"{"k": [1]}"#)])
    chat.settle()
    #expect(chat.store.waiting(for: "b") == 2)
    chat.drain(2)
    chat.settle()
    #expect(chat.store.waiting(for: "b") == 0)
    #expect(
      chat.take(1) == [
        V1.accepted("m1", 1, "sent", at: chat.at), V1.accepted("m2", 2, "sent", at: chat.at),
        V1.delivered("b", "m2"),
      ]
    )
  }

  @Test("what a plain client was sent and did not take is kept, whoever sent it", arguments: 0...4)
  func mixedUnsent(taken: Int) {
    let chat = Chat.joined("a")
    chat.connect("p", 3)
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.send("b:1", over: 3)
    chat.send("b:2", over: 3)
    chat.ask(V1.send("b", "m3", "3"), over: 1)
    chat.send("b:4", over: 3)
    let lines = chat.take(2)
    #expect(lines.count == 4)
    chat.disconnect(2, unsent: Array(lines.dropFirst(taken)))
    chat.settle()
    chat.connect("b", 4)
    chat.settle()
    #expect(Set(chat.take(4)) == Set(lines.dropFirst(taken)))
    #expect(chat.store.waiting(for: "b") == 0)
  }
}
