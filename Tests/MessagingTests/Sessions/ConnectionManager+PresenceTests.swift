import Testing

@testable import Messaging

@Suite("Sessions: who is there") struct ConnectionManagerPresenceTests {
  private func watch(_ names: String...) -> String {
    #"{"type":"watch","peers":["# + names.map { #""\#($0)""# }.joined(separator: ",") + "]}"
  }

  @Test("the present state is told at once, and each change once") func changes() {
    let chat = Chat.joined("a", "b")
    chat.ask(watch("b", "c"), over: 1)
    #expect(chat.take(1) == [V1.presence("b", true), V1.presence("c", false)])
    chat.connect("c", 3)
    #expect(chat.take(1) == [V1.presence("c", true)])
    chat.join("c", 4)
    chat.disconnect(3)
    #expect(chat.take(1) == [])
    chat.disconnect(4)
    #expect(chat.take(1) == [V1.presence("c", false)])
  }

  @Test("who is back within the grace has not been away") func grace() {
    let chat = Chat(leaveGrace: 100)
    chat.join("a", 1)
    chat.join("b", 2)
    chat.settle()
    _ = chat.take(1)
    chat.ask(watch("b"), over: 1)
    _ = chat.take(1)
    chat.disconnect(2)
    chat.join("b", 3)
    chat.settle()
    #expect(chat.take(1) == [])
    chat.disconnect(3)
    chat.now += 100
    chat.endGraces()
    #expect(chat.take(1) == [V1.presence("b", false)])
  }

  @Test("unwatch ends it, as does the end of the connection") func unwatch() {
    let chat = Chat.joined("a", "b")
    chat.ask(watch("b", "c"), over: 1)
    chat.ask(#"{"type":"unwatch","peers":["b","zz"]}"#, over: 1)
    #expect(chat.take(1).suffix(2) == [V1.presence("b", true), V1.presence("zz", false)])
    chat.disconnect(2)
    #expect(chat.take(1) == [])
    chat.disconnect(1)
    chat.connect("c", 4)
    #expect(chat.manager.clientCount == 1)
    #expect(chat.take(1) == [])
  }

  @Test("a connection watches 1,000 clients and no more", arguments: [999, 1000, 1001])
  func limit(count: Int) {
    let chat = Chat.joined("a")
    for start in stride(from: 0, to: count, by: 500) {
      let names = (start..<min(start + 500, count)).map { #""x\#($0)""# }
      chat.ask(#"{"type":"watch","peers":[\#(names.joined(separator: ","))]}"#, over: 1)
    }
    let answers = chat.take(1)
    #expect(answers.last?.contains("error") == (count > 1000))
    #expect(chat.manager.clientCount == min(count, 1000) + 1)
    chat.disconnect(1)
    #expect(chat.manager.clientCount == 0)
  }

  @Test("the same client twice is watched once") func twice() {
    let chat = Chat.joined("a")
    chat.ask(watch("b", "b"), over: 1)
    chat.ask(watch("b"), over: 1)
    _ = chat.take(1)
    chat.connect("b", 2)
    #expect(chat.take(1) == [V1.presence("b", true)])
  }

  @Test("one may watch oneself") func oneself() {
    let chat = Chat.joined("a")
    chat.ask(watch("a"), over: 1)
    #expect(chat.take(1) == [V1.presence("a", true)])
    chat.disconnect(1)
    #expect(chat.manager.clientCount == 0)
  }
}
