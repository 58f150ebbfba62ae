import Testing

@testable import Messaging

@Suite("Connection manager: kept messages") struct ConnectionManagerFeedTests {
  /// Client `a` at connection 1, whose messages 1 to `count` wait for `b`.
  private func kept(_ count: Int, limits: StoreLimits = .init()) -> Chat {
    let chat = Chat(limits: limits)
    chat.connect("a", 1)
    for number in 0..<count { chat.send("b:\(number + 1)", over: 1) }
    chat.settle()
    _ = chat.take(1)
    return chat
  }

  private func says(_ numbers: ClosedRange<Int>) -> [String] {
    numbers.map { Line.says("a", "\($0)") }
  }

  // MARK: Delivery

  @Test("kept messages are delivered when their recipient connects, oldest first")
  func oldestFirst() {
    let chat = kept(20)
    chat.connect("b", 2)
    #expect(chat.take(2) == [])
    chat.settle()
    #expect(chat.take(2) == says(1...20))
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("they are delivered once") func once() {
    let chat = kept(3)
    chat.connect("b", 2)
    chat.settle()
    chat.disconnect(2)
    _ = chat.take(2)
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.take(3) == [])
  }

  @Test("several senders' messages keep the order in which they came") func severalSenders() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("c", 2)
    chat.send("b:1", over: 1)
    chat.send("b:2", over: 2)
    chat.send(Array("b:3".utf8), .binary, over: 1)
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.take(3) == [Line.says("a", "1"), Line.says("c", "2"), "a:3"])
  }

  @Test("empty messages and any bytes are kept, too") func anyBody() {
    let chat = kept(0)
    chat.send("b:", over: 1)
    let bytes = (0...255).map { UInt8($0) }
    chat.send(Array("b:".utf8) + bytes, .binary, over: 1)
    chat.connect("b", 2)
    chat.settle()
    #expect(
      chat.outlet.take(2) == [
        .init(form: .text, bytes: Array("Client #a says: ".utf8)),
        .init(form: .binary, bytes: Array("a:".utf8) + bytes),
      ]
    )
  }

  @Test("live messages queue behind kept ones", arguments: [false, true])
  func liveBehindKept(isDelayed: Bool) {
    let chat = kept(2)
    chat.store.isDelayed = isDelayed
    chat.connect("b", 2)
    chat.send("b:3", over: 1)
    #expect(chat.take(2) == [])
    chat.store.isDelayed = false
    chat.round()
    chat.send("b:4", over: 1)
    chat.round()
    chat.send("b:5", over: 1)
    chat.settle()
    chat.send("b:6", over: 1)
    #expect(chat.take(2) == says(1...6))
    #expect(chat.take(1) == [])
  }

  @Test("nothing is lost in whichever round it comes", arguments: 0...6)
  func anyRound(round: Int) {
    let chat = kept(1)
    chat.connect("b", 2)
    for _ in 0..<round { chat.round() }
    chat.send("b:2", over: 1)
    for _ in 0..<3 { chat.round() }
    chat.send("b:3", over: 1)
    chat.settle()
    #expect(chat.take(2) == says(1...3))
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("a batch has 256 KiB at most; the next follows when the system has taken it")
  func batches() {
    let chat = Chat()
    chat.connect("a", 1)
    let body = String(repeating: "x", count: 100 * 1024)
    for number in 1...5 { chat.send("b:\(number)" + body, over: 1) }
    chat.settle()
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(2).map { $0.dropFirst("Client #a says: ".count).prefix(1) } == ["1", "2"])
    chat.settle()
    #expect(chat.take(2) == [])
    #expect(chat.store.waiting(for: "b") == 5)
    chat.drain(2)
    #expect(chat.store.waiting(for: "b") == 3)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(2).count == 2)
    chat.drain(2)
    chat.settle()
    #expect(chat.take(2).count == 1)
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("a message larger than a batch is delivered alone") func largeMessage() {
    let chat = kept(0)
    let body = String(repeating: "x", count: 1 << 20)
    chat.send("b:" + body, over: 1)
    chat.send("b:small", over: 1)
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(2).map(\.utf8.count) == [(1 << 20) + 16])
    chat.drain(2)
    chat.settle()
    #expect(chat.take(2) == [Line.says("a", "small")])
  }

  @Test("a slow mailbox holds up its own client only") func delayedMailbox() {
    let chat = kept(1)
    chat.connect("c", 3)
    chat.store.isDelayed = true
    chat.connect("b", 2)
    chat.send("b:2", over: 1)
    chat.send("c:hello", over: 1)
    chat.settle()
    #expect(chat.take(3) == [Line.says("a", "hello")])
    #expect(chat.take(2) == [])
    chat.store.isDelayed = false
    chat.settle()
    #expect(chat.take(2) == says(1...2))
  }

  @Test("an answer for one that has left again is dropped, and nothing is lost")
  func goneBeforeTheAnswer() {
    let chat = kept(2)
    chat.store.isDelayed = true
    chat.connect("b", 2)
    chat.disconnect(2)
    chat.connect("b", 3)
    chat.store.isDelayed = false
    chat.settle()
    #expect(chat.take(2) == [])
    #expect(chat.take(3) == says(1...2))
  }

  // MARK: Notices and errors

  @Test("a sender hears that a target is offline once, when the message is kept")
  func offlineNotice() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.send("b:1", over: 1)
    #expect(chat.take(1) == [])
    chat.settle()
    #expect(chat.take(1) == [Line.offline("b")])
    chat.send("b:2", over: 1)
    chat.settle()
    #expect(chat.take(1) == [])
  }

  @Test("each sender hears it, and for each target") func noticesForEach() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("c", 2)
    for connection in [1, 2] as [ConnectionID] {
      for target in ["b", "d", "b", "d"] { chat.send("\(target):x", over: connection) }
    }
    chat.settle()
    #expect(chat.take(1) == [Line.offline("b"), Line.offline("d")])
    #expect(chat.take(2) == [Line.offline("b"), Line.offline("d")])
  }

  @Test("it is said again when the target has been online in between") func noticeAgain() {
    let chat = kept(1)
    chat.connect("b", 2)
    chat.settle()
    chat.disconnect(2)
    _ = chat.take(1)
    chat.send("b:2", over: 1)
    chat.send("b:3", over: 1)
    chat.settle()
    #expect(chat.take(1) == [Line.offline("b")])
  }

  @Test("a sender that reconnects is not told again") func senderReconnects() {
    let chat = kept(1)
    chat.disconnect(1)
    chat.connect("a", 3)
    chat.send("b:2", over: 3)
    chat.settle()
    #expect(chat.take(3) == [])
  }

  @Test("no notice while the target is being fed") func noNoticeWhileFed() {
    let chat = kept(1)
    chat.connect("b", 2)
    chat.send("b:2", over: 1)
    chat.settle()
    #expect(chat.take(1) == [])
  }

  @Test("a full mailbox refuses with an error, for this message alone") func full() {
    let chat = kept(2, limits: .init(messages: 2))
    chat.send("b:3", over: 1)
    chat.send("c:1", over: 1)
    chat.settle()
    #expect(chat.take(1) == [PlainEnvelope.notKept("b", .full), Line.offline("c")])
    chat.connect("b", 2)
    chat.settle()
    #expect(chat.take(2) == says(1...2))
  }

  @Test("what the system has taken counts no more, even if nobody has looked yet")
  func takenMakesRoom() {
    let chat = kept(3, limits: .init(messages: 3))
    chat.connect("b", 2)
    while chat.store.hasAnswers { chat.store.answer() }
    #expect(chat.take(2) == says(1...3))
    chat.send("b:4", over: 1)
    chat.settle()
    #expect(chat.take(1) == [])
    #expect(chat.take(2) == says(4...4))
  }

  @Test("errors come for each message that failed, notices in between in order") func failures() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.store.isDelayed = true
    chat.send("b:1", over: 1)
    chat.store.isFailing = true
    chat.send("c:1", over: 1)
    chat.send("c:2", over: 1)
    chat.store.isFailing = false
    chat.send("d:1", over: 1)
    chat.store.isDelayed = false
    chat.settle()
    let error = PlainEnvelope.notKept("c", .unavailable)
    #expect(chat.take(1) == [Line.offline("b"), error, error, Line.offline("d")])
  }

  @Test("a refused message was no notice: the next one that is kept brings it")
  func noticeAfterAFailure() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.store.isFailing = true
    chat.send("b:1", over: 1)
    chat.settle()
    #expect(chat.take(1) == [PlainEnvelope.notKept("b", .unavailable)])
    chat.store.isFailing = false
    chat.send("b:2", over: 1)
    chat.send("b:3", over: 1)
    chat.settle()
    #expect(chat.take(1) == [Line.offline("b")])
  }

  @Test("a live message that the mailbox refuses during a feed is answered with an error")
  func failureDuringAFeed() {
    let chat = kept(2, limits: .init(messages: 2))
    chat.connect("b", 2)
    chat.send("b:3", over: 1)
    chat.settle()
    #expect(chat.take(1) == [PlainEnvelope.notKept("b", .full)])
    #expect(chat.take(2) == says(1...2))
    chat.send("b:4", over: 1)
    #expect(chat.take(2) == says(4...4))
  }

  @Test("an unknown ticket, or one that is answered twice, changes nothing") func unknownTicket() {
    let chat = kept(1)
    chat.storeFailed(99, .full)
    chat.manager.storeKept(through: 99, through: chat.outlet)
    chat.storeAnswered(99, .messages([], more: false))
    #expect(chat.take(1) == [])
    chat.connect("b", 2)
    chat.settle()
    #expect(chat.take(2) == says(1...1))
  }
}
