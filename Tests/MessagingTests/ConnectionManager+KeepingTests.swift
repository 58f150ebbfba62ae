import Testing

@testable import Messaging

@Suite("Connection manager: messages that are kept") struct ConnectionManagerKeepingTests {
  @Test("a plain message for a client with a log is kept and forwarded at once") func toALog() {
    let chat = Chat.joined("b")
    chat.connect("a", 2)
    chat.send("b:hi", over: 2)
    #expect(chat.take(1) == [V1.message("a", "~1", 1, "hi", at: chat.at)])
    #expect(chat.store.waiting(for: "b") == 1)
  }

  @Test("so is a plain message of a client that has a log, which gets a copy") func fromALog() {
    let chat = Chat.joined("a")
    chat.connect("a", 2)
    chat.connect("b", 3)
    chat.send("b:hi", over: 2)
    #expect(chat.take(1) == [V1.copy("b", "~1", 1, "hi", at: chat.at)])
    #expect(chat.take(3) == [Line.says("a", "hi")])
    chat.settle()
    #expect(chat.take(1) == [V1.delivered("b", "~1")])
  }

  @Test("between two plain clients nothing is kept") func plain() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    for number in 1...3 { chat.send("b:\(number)", over: 1) }
    #expect(chat.store.count == 0)
  }

  @Test("a plain sender hears that a mailbox is full, and nothing is forwarded") func full() {
    let chat = Chat.joined("b", limits: .init(messages: 1))
    chat.connect("a", 2)
    chat.send("b:1", over: 2)
    chat.send("b:2", over: 2)
    chat.settle()
    #expect(chat.take(1).count == 1)
    #expect(chat.take(2) == [PlainEnvelope.notKept("b", .full)])
  }

  @Test("what the store refused for a plain client that is there does not come later")
  func refused() {
    let chat = Chat.joined("a")
    chat.connect("b", 2)
    chat.store.isFailing = true
    chat.ask(V1.send("b", "x", "1"), over: 1)
    chat.settle()
    #expect(chat.errors(1) == ["unavailable x"])
    chat.store.isFailing = false
    chat.ask(V1.send("b", "y", "2"), over: 1)
    chat.settle()
    #expect(chat.take(2) == [Line.says("a", "2")])
  }
}
