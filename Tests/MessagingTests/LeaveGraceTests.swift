import Testing

@testable import Messaging

@Suite("Connection manager: leave grace") struct LeaveGraceTests {
  private func graceChat() -> Chat {
    let chat = Chat(leaveGrace: 100)
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    _ = chat.take(2)
    chat.disconnect(1)
    return chat
  }

  @Test("a leave is told when the grace is over, not before")
  func graceEnds() {
    let chat = graceChat()
    #expect(chat.manager.nextGraceEnd == chat.now + 100)
    chat.now += 99
    chat.endGraces()
    #expect(chat.take(2) == [])
    chat.now += 1
    chat.endGraces()
    #expect(chat.take(2) == [Line.left("a")])
    #expect(chat.manager.nextGraceEnd == nil)
    chat.endGraces()
    #expect(chat.take(2) == [])
  }

  @Test("who comes back in time has not left") func backInTime() {
    let chat = graceChat()
    chat.now += 99
    chat.connect("a", 3)
    chat.now += 1000
    chat.endGraces()
    #expect(chat.take(2) == [])
    #expect(chat.manager.nextGraceEnd == nil)
    chat.disconnect(3)
    #expect(chat.take(2) == [])
    chat.now += 100
    chat.endGraces()
    #expect(chat.take(2) == [Line.left("a")])
  }

  @Test("each absence has a grace of its own") func newGrace() {
    let chat = graceChat()
    chat.now += 60
    chat.connect("a", 3)
    chat.disconnect(3)
    chat.now += 60
    chat.endGraces()
    #expect(chat.take(2) == [])
    chat.now += 40
    chat.endGraces()
    #expect(chat.take(2) == [Line.left("a")])
  }

  @Test("leaving twice in the same millisecond is told once") func twiceAtOnce() {
    let chat = graceChat()
    chat.connect("a", 3)
    chat.disconnect(3)
    chat.now += 100
    chat.endGraces()
    #expect(chat.take(2) == [Line.left("a")])
  }

  @Test("graces end in the order of their times") func graceOrder() {
    let chat = Chat(leaveGrace: 100)
    for (one, name) in ["a", "b", "c"].enumerated() {
      chat.connect(ClientID(stringLiteral: name), ConnectionID(rawValue: UInt64(one)))
    }
    chat.connect("d", 9)
    for target in ["a", "b", "c"] { chat.send("\(target):hello", over: 9) }
    for one in 0...2 {
      chat.disconnect(ConnectionID(rawValue: UInt64(one)))
      chat.now += 10
    }
    #expect(chat.manager.nextGraceEnd == chat.now + 70)
    chat.now += 80
    chat.endGraces()
    #expect(chat.take(9) == [Line.left("a"), Line.left("b")])
    chat.now += 1000
    chat.endGraces()
    #expect(chat.take(9) == [Line.left("c")])
  }

  @Test("a message in the grace is kept without an offline notice") func messageInGrace() {
    let chat = graceChat()
    chat.send("a:are you there?", over: 2)
    chat.settle()
    #expect(chat.take(2) == [])
    chat.connect("a", 3)
    chat.settle()
    #expect(chat.take(3) == [Line.says("b", "are you there?")])
  }

  @Test("a message after the grace is kept with an offline notice") func messageAfterGrace() {
    let chat = graceChat()
    chat.send("a:one", over: 2)
    chat.now += 100
    chat.endGraces()
    chat.send("a:two", over: 2)
    chat.settle()
    #expect(chat.take(2) == [Line.left("a"), Line.offline("a")])
    chat.connect("a", 3)
    chat.settle()
    #expect(chat.take(3) == [Line.says("b", "one"), Line.says("b", "two")])
  }

  @Test("who leaves during a peer's grace is not told of it") func peerLeavesInGrace() {
    let chat = graceChat()
    chat.disconnect(2)
    chat.now += 100
    chat.endGraces()
    chat.connect("b", 4)
    chat.settle()
    #expect(chat.take(4) == [])
  }

  @Test("a client without peers is forgotten at the end of its grace") func forgottenAfterGrace() {
    let chat = Chat(leaveGrace: 100)
    chat.connect("a", 1)
    chat.disconnect(1)
    #expect(chat.manager.clientCount == 1)
    chat.manager.expirePairs(at: chat.now)
    #expect(chat.manager.clientCount == 1)
    chat.now += 100
    chat.endGraces()
    #expect(chat.manager.clientCount == 0)
  }
}
