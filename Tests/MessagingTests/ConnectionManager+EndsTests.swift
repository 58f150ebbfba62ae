import Testing

@testable import Messaging

/// What `ConnectionManager.disconnect` does with messages that were not taken.
@Suite("Connection manager: ends") struct ConnectionManagerEndsTests {
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

  @Test("of a batch, what the system had not taken is delivered again", arguments: 0...5)
  func diesInABatch(taken: Int) {
    let chat = kept(5)
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(2) == says(1...5))
    chat.send("b:6", over: 1)
    let unsent = (1...5).dropFirst(taken).map { Line.says("a", "\($0)") }
    // Notices that were waiting count for nothing.
    chat.disconnect(2, unsent: [Line.left("x")] + unsent + [Line.offline("y")])
    chat.send("b:7", over: 1)
    chat.settle()
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.take(3) == says(taken + 1...7))
  }

  @Test("what an ended connection did not take is kept, even if its end is yet to be reported")
  func endedIsNotTaken() {
    let chat = kept(3)
    chat.connect("b", 2)
    while chat.store.hasAnswers { chat.store.answer() }
    let delivered = chat.take(2)
    #expect(delivered == says(1...3))
    chat.outlet.room[2] = 0
    chat.outlet.ended = [2]
    chat.send("b:4", over: 1)
    chat.round()
    chat.disconnect(2, unsent: Array(delivered.dropFirst()))
    chat.settle()
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.take(3) == says(2...4))
  }

  @Test("a connection that refuses the rest of a batch gets all of it later", arguments: 0...5)
  func refusesInABatch(accepted: Int) {
    for taken in 0...accepted {
      let chat = kept(5)
      chat.connect("b", 2)
      chat.outlet.unsent[2] = 1
      chat.outlet.room[2] = accepted
      chat.settle()
      let unsent = (0..<accepted).dropFirst(taken).map { Line.says("a", "\($0 + 1)") }
      chat.disconnect(2, unsent: unsent)
      chat.connect("b", 3)
      chat.settle()
      #expect(chat.take(3) == says(1...5).suffix(5 - taken), "\(taken) of \(accepted)")
    }
  }

  @Test("a batch that one connection left half read is finished by its sister")
  func sisterFinishes() {
    let chat = kept(5)
    chat.connect("b", 2)
    chat.connect("b", 3)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(3) == says(1...5))
    chat.disconnect(2, unsent: says(4...5))
    chat.settle()
    #expect(chat.take(3) == [])
    #expect(chat.store.waiting(for: "b") == 0)
    chat.send("b:6", over: 1)
    #expect(chat.take(3) == says(6...6))
  }

  @Test("a batch that was delivered before a sister came is delivered to her, if it was not taken")
  func lateSister() {
    let chat = kept(5)
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(2) == says(1...5))
    chat.connect("b", 3)
    chat.disconnect(2, unsent: says(3...5))
    chat.settle()
    #expect(chat.take(3) == says(3...5))
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("one that replaces another in the middle of a batch gets what was not acknowledged")
  func replacedInABatch() {
    let chat = Chat(.replace)
    chat.connect("a", 1)
    for number in 1...3 { chat.send("b:\(number)", over: 1) }
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.settle()
    chat.connect("b", 3)
    chat.send("b:4", over: 1)
    chat.settle()
    #expect(chat.take(3) == says(1...4))
    chat.disconnect(2, unsent: says(1...3))
    chat.settle()
    #expect(chat.take(3) == [])
  }

  @Test("one that replaces another in the middle of a batch gets nothing that the other took")
  func replacedAfterTakingSome() {
    let chat = Chat(.replace)
    chat.connect("a", 1)
    for number in 1...3 { chat.send("b:\(number)", over: 1) }
    chat.connect("b", 2)
    chat.outlet.unsent[2] = 1
    chat.settle()
    #expect(chat.take(2) == says(1...3))
    // What the server does: the end is reported before the mailbox answers.
    chat.connect("b", 3)
    chat.disconnect(2, unsent: says(3...3))
    chat.send("b:4", over: 1)
    chat.settle()
    #expect(chat.take(3) == says(3...4))
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("what a replaced connection had not taken goes to the one that replaced it")
  func replacedWithMessagesWaiting() {
    let chat = Chat(.replace)
    chat.connect("a", 1)
    chat.connect("b", 2)
    for number in 1...3 { chat.send("b:\(number)", over: 1) }
    chat.connect("b", 3)
    chat.disconnect(2, unsent: says(2...3))
    chat.send("b:4", over: 1)
    #expect(chat.take(3) == says(2...4))
  }

  @Test("what a connection had not taken goes into the mailbox, before later messages")
  func unsentMessages() {
    let chat = kept(0)
    chat.connect("b", 2)
    for number in 1...3 { chat.send("b:\(number)", over: 1) }
    #expect(chat.take(2) == says(1...3))
    chat.disconnect(2, unsent: [Line.says("a", "2"), Line.left("c"), Line.says("a", "3")])
    chat.send("b:4", over: 1)
    chat.settle()
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.take(3) == says(2...4))
  }

  @Test("unsent binary messages keep their form") func unsentBinary() {
    let chat = kept(0)
    chat.connect("b", 2)
    chat.send(Array("b:x".utf8), .binary, over: 1)
    chat.disconnect(2, unsent: [UndeliveredMessage(.binary, ArraySlice("a:x".utf8))])
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.outlet.take(3) == [.init(form: .binary, bytes: Array("a:x".utf8))])
  }

  @Test("what one connection had not taken is not kept when a sister has it") func sisterHasIt() {
    let chat = kept(0)
    chat.connect("b", 2)
    chat.connect("b", 3)
    chat.send("b:1", over: 1)
    chat.disconnect(2, unsent: says(1...1))
    chat.settle()
    #expect(chat.take(3) == says(1...1))
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("messages between a failure and its report are held, and go behind the unsent ones")
  func held() {
    let chat = kept(0)
    chat.connect("b", 2)
    chat.send("b:1", over: 1)
    chat.outlet.room[2] = 0
    chat.send("b:2", over: 1)
    chat.send("b:3", over: 1)
    chat.settle()
    #expect(chat.take(2) == says(1...1))
    #expect(chat.store.waiting(for: "b") == 0)
    chat.disconnect(2, unsent: says(1...1))
    chat.settle()
    #expect(chat.store.waiting(for: "b") == 3)
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.take(3) == says(1...3))
    #expect(chat.manager.clientCount == 2)
  }

  @Test("held messages go to a connection that has come meanwhile") func heldForANewOne() {
    let chat = kept(0)
    chat.connect("b", 2)
    chat.outlet.room[2] = 0
    chat.send("b:1", over: 1)
    chat.connect("b", 3)
    chat.send("b:2", over: 1)
    chat.disconnect(2)
    chat.settle()
    chat.send("b:3", over: 1)
    #expect(chat.take(3) == says(1...3))
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("when all connections fail at once, what none has taken is kept, in order")
  func allFailAtOnce() {
    let chat = kept(0)
    chat.connect("b", 2)
    chat.connect("b", 3)
    for number in 1...2 { chat.send("b:\(number)", over: 1) }
    chat.outlet.room[2] = 0
    chat.outlet.room[3] = 0
    for number in 3...4 { chat.send("b:\(number)", over: 1) }
    chat.disconnect(2, unsent: says(1...2))
    chat.settle()
    chat.disconnect(3, unsent: says(1...2))
    chat.send("b:5", over: 1)
    chat.settle()
    chat.connect("b", 4)
    chat.settle()
    #expect(chat.take(4) == says(1...5))
  }

  @Test("what a full mailbox does not take back is told to its sender, on all its connections")
  func takenBackInVain() {
    let chat = Chat(limits: .init(messages: 1))
    chat.connect("a", 1)
    chat.connect("a", 3)
    chat.connect("b", 2)
    for number in 1...3 { chat.send("b:\(number)", over: 1) }
    let delivered = chat.take(2)
    chat.disconnect(2, unsent: delivered)
    chat.settle()
    let error = PlainEnvelope.notKept("b", .full)
    let expected = [PlainEnvelope.left("b"), error, error]
    #expect(chat.take(1) == expected)
    #expect(chat.take(3) == expected)
    chat.connect("b", 4)
    chat.settle()
    #expect(chat.take(4) == Array(delivered.prefix(1)))
  }
}
