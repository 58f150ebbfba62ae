import Testing

@testable import Messaging

@Suite("Connection manager: messages") struct ConnectionManagerMessagesTests {
  private func pair() -> Chat {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    return chat
  }

  @Test(
    "a text goes to its target, unchanged",
    arguments: ["hello", "", "a:b:c", " b: x ", "\0", "Zwölf Boxkämpfer 😀", "b:b:b"]
  )
  func text(message: String) {
    let chat = pair()
    chat.send("b:" + message, over: 1)
    #expect(
      chat.outlet.take(2)
        == [.init(form: .text, bytes: Array("Client #a says: \(message)".utf8))]
    )
    #expect(chat.take(1) == [])
  }

  @Test("any bytes go to their target, unchanged")
  func binary() {
    let chat = pair()
    let bytes = (0...255).map { UInt8($0) } + [0x3A, 0x3A]
    chat.send(Array("b:".utf8) + bytes, .binary, over: 1)
    #expect(chat.outlet.take(2) == [.init(form: .binary, bytes: Array("a:".utf8) + bytes)])
  }

  @Test("text and binary, to one and another, in turns")
  func turns() {
    let chat = pair()
    chat.connect("c", 3)
    chat.send("b:1", over: 1)
    chat.send(Array("b:2".utf8), .binary, over: 1)
    chat.send("c:3", over: 1)
    chat.send("b:4", over: 1)
    chat.send("b:5", over: 3)
    chat.send("b:6", over: 1)
    chat.send("a:7", over: 1)
    #expect(
      chat.take(2) == [
        "Client #a says: 1", "a:2", "Client #a says: 4", "Client #c says: 5", "Client #a says: 6",
      ]
    )
    #expect(chat.take(3) == ["Client #a says: 3"])
    #expect(chat.take(1) == ["Client #a says: 7"])
  }

  @Test("names that begin like the last target are others") func similarTargets() {
    let chat = pair()
    chat.connect("bb", 3)
    chat.connect("longer-name", 4)
    chat.connect("longer-nama", 5)
    for target in ["b", "bb", "b", "longer-name", "longer-nama", "longer-name"] {
      chat.send("\(target):\(target)", over: 1)
    }
    #expect(chat.take(2) == [Line.says("a", "b"), Line.says("a", "b")])
    #expect(chat.take(3) == [Line.says("a", "bb")])
    #expect(chat.take(4) == [Line.says("a", "longer-name"), Line.says("a", "longer-name")])
    #expect(chat.take(5) == [Line.says("a", "longer-nama")])
  }

  @Test(
    "a frame without a colon is answered, and goes nowhere",
    arguments: ["", "hello", "b", String(repeating: "x", count: 65) + ":x"]
  )
  func noColon(payload: String) {
    for form in [MessageForm.text, .binary] {
      let chat = pair()
      chat.send(Array(payload.utf8), form, over: 1)
      #expect(
        chat.outlet.take(1) == [.init(form: .text, bytes: Array(PlainEnvelope.noColon.utf8))]
      )
      #expect(chat.take(2) == [])
      #expect(chat.manager.clientCount == 2)
    }
  }

  @Test(
    "an impossible target is answered, and nobody is made of it",
    arguments: [":hello", " b:hello", "b :hello", "a/b:hello", "\u{7F}:x", "\n:x"]
  )
  func badTarget(payload: String) {
    let chat = pair()
    chat.send(payload, over: 1)
    let answer = chat.take(1)
    #expect(answer.count == 1 && answer[0].hasPrefix("Error: "))
    #expect(chat.take(2) == [])
    #expect(chat.manager.clientCount == 2)
  }

  @Test("binary with a target that is no UTF-8 is answered") func notUTF8() {
    let chat = pair()
    chat.send([0xFF, 0x3A, 0x01], .binary, over: 1)
    #expect(chat.take(1) == [PlainEnvelope.badTarget(.notUTF8)])
  }

  @Test("an error leaves the way as it was") func afterAnError() {
    let chat = pair()
    chat.send("b:1", over: 1)
    chat.send("nonsense", over: 1)
    chat.send(" :nonsense", over: 1)
    chat.send("b:2", over: 1)
    #expect(chat.take(2) == [Line.says("a", "1"), Line.says("a", "2")])
  }

  @Test("targets of 64 bytes are reached") func longestName() {
    let chat = pair()
    let name = String(repeating: "n", count: 64)
    chat.connect(ClientID(stringLiteral: name), 3)
    chat.send("\(name):hello", over: 1)
    chat.send("\(name):again", over: 1)
    #expect(chat.take(3) == [Line.says("a", "hello"), Line.says("a", "again")])
    chat.send("b:x", over: 3)
    #expect(chat.take(2) == [Line.says(name, "x")])
  }

  @Test("an answer goes to the connection that asked, not to its sisters") func answers() {
    let chat = pair()
    chat.connect("a", 3)
    chat.send("nonsense", over: 3)
    #expect(chat.take(3) == [PlainEnvelope.noColon])
    #expect(chat.take(1) == [])
  }

  @Test("a message to oneself goes to all of one's connections") func oneself() {
    let chat = pair()
    chat.connect("a", 3)
    chat.send("a:note", over: 1)
    #expect(chat.take(1) == [Line.says("a", "note")])
    #expect(chat.take(3) == [Line.says("a", "note")])
    #expect(chat.take(2) == [])
  }

  @Test("one connection that refuses does not keep the message from the others") func oneRefuses() {
    let chat = pair()
    chat.connect("b", 3)
    chat.outlet.room[2] = 0
    chat.send("b:hello", over: 1)
    #expect(chat.take(3) == [Line.says("a", "hello")])
    chat.disconnect(2)
    chat.settle()
    #expect(chat.take(3) == [])
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("the way is found anew when somebody has come or gone")
  func wayIsForgotten() {
    let chat = pair()
    chat.send("b:1", over: 1)
    chat.connect("b", 3)
    chat.send("b:2", over: 1)
    chat.disconnect(2)
    chat.send("b:3", over: 1)
    chat.disconnect(3)
    chat.send("b:4", over: 1)
    chat.settle()
    #expect(chat.take(2) == [Line.says("a", "1"), Line.says("a", "2")])
    #expect(chat.take(3) == [Line.says("a", "2"), Line.says("a", "3")])
    #expect(chat.take(1) == [Line.left("b"), Line.offline("b")])
    chat.connect("b", 4)
    chat.settle()
    #expect(chat.take(4) == [Line.says("a", "4")])
  }
}
