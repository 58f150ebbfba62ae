import Testing

@testable import Messaging

@Suite("Sessions: what a client asks for") struct ConnectionManagerRequestsTests {
  /// `a` at connection 1 has sent 1 to `count` to `b` at connection 2.
  private func talk(_ count: Int) -> Chat {
    let chat = Chat.joined("a", "b")
    for number in 0..<count { chat.ask(V1.send("b", "m\(number + 1)", "\(number + 1)"), over: 1) }
    chat.settle()
    _ = (chat.take(1), chat.take(2))
    return chat
  }

  @Test("what cannot be read is an error, and the connection goes on") func malformed() {
    let chat = talk(0)
    chat.ask("{", over: 1)
    chat.ask(#"{"type":"send","to":"b","id":"x"}"#, over: 1)
    chat.ask(#"{"type":"send","to":"b:","id":"x","text":""}"#, over: 1)
    chat.ask([9], .binary, over: 1)
    #expect(chat.errors(1) == ["bad_request", "bad_request x", "bad_target x", "bad_request"])
    chat.ask(#"{"type":"ping"}"#, over: 1)
    #expect(chat.take(1) == [#"{"type":"pong"}"#])
  }

  @Test("received tells the sender once, for all messages up to it") func received() {
    let chat = talk(3)
    chat.ask(V1.received(2), over: 2)
    chat.settle()
    #expect(chat.take(1) == [V1.delivered("b", "m2")])
    for seq in [1, 2] { chat.ask(V1.received(seq), over: 2) }
    chat.settle()
    #expect(chat.take(1) == [])
    chat.ask(V1.received(3), over: 2)
    chat.settle()
    #expect(chat.take(1) == [V1.delivered("b", "m3")])
    #expect(chat.take(2) == [])
  }

  @Test("received of another log, or beyond what was sent, changes nothing") func receivedWrong() {
    let chat = talk(2)
    chat.ask(V1.received(2, log: "other"), over: 2)
    chat.settle()
    #expect(chat.take(2) == [])
    chat.ask(V1.received(3), over: 2)
    chat.settle()
    #expect(chat.errors(2) == ["bad_request"])
    #expect(chat.take(1) == [])
    #expect(chat.store.waiting(for: "b") == 2)
  }

  @Test("what was processed before the connection may be said after it") func receivedLater() {
    let chat = talk(2)
    chat.disconnect(2)
    chat.join("b", 3)
    chat.settle()
    chat.ask(V1.received(2), over: 3)
    chat.settle()
    #expect(chat.take(1).last == V1.delivered("b", "m2"))
  }

  @Test("a sender that was away hears it after its welcome") func receiptsLater() {
    let chat = talk(2)
    chat.disconnect(1)
    chat.ask(V1.received(1), over: 2)
    chat.ask(#"{"type":"read","to":"a","id":"m1"}"#, over: 2)
    chat.settle()
    chat.join("a", 3)
    chat.settle()
    let lines = chat.take(3)
    #expect(lines.first == V1.welcome("a"))
    #expect(
      Set(lines.dropFirst())
        == [V1.delivered("b", "m1"), #"{"type":"read","to":"b","id":"m1"}"#]
    )
  }

  @Test("read is told to the sender, and refused for a message that there is not") func read() {
    let chat = talk(2)
    chat.ask(#"{"type":"read","to":"a","id":"m2"}"#, over: 2)
    chat.ask(#"{"type":"read","to":"a","id":"m1"}"#, over: 2)
    chat.settle()
    #expect(chat.take(1) == [#"{"type":"read","to":"b","id":"m2"}"#])
    for (to, id) in [("a", "m3"), ("b", "m1"), ("nobody", "m1")] {
      chat.ask(#"{"type":"read","to":"\#(to)","id":"\#(id)"}"#, over: 2)
    }
    chat.settle()
    #expect(chat.errors(2) == ["bad_request m3", "bad_request m1", "bad_request m1"])
    #expect(chat.take(1) == [])
  }

  @Test("a signal goes to those who are there, and nowhere else") func signal() {
    let chat = talk(0)
    chat.join("a", 3)
    chat.connect("b", 4)
    chat.settle()
    _ = chat.take(3)
    chat.ask(#"{"type":"signal","to":"b","data":{"typing": true}}"#, over: 1)
    chat.ask(#"{"type":"signal","to":"nobody","data":1}"#, over: 1)
    chat.settle()
    #expect(chat.take(2) == [#"{"type":"signal","from":"a","data":{"typing": true}}"#])
    for connection in [1, 3, 4] as [ConnectionID] { #expect(chat.take(connection) == []) }
    #expect(chat.store.waiting(for: "b") == 0)
  }

  @Test("history has both directions, newest first, in pages") func history() {
    let chat = talk(3)
    chat.ask(V1.send("a", "r", "reply"), over: 2)
    chat.settle()
    _ = (chat.take(1), chat.take(2))
    chat.ask(#"{"type":"history","peer":"b","limit":2,"ref":"h"}"#, over: 1)
    chat.settle()
    let entries =
      #"{"from":"b","to":"a","id":"r","seq":4,"at":\#(chat.at),"text":"reply","state":"accepted"},"#
      + #"{"from":"a","to":"b","id":"m3","seq":3,"at":\#(chat.at),"text":"3","state":"accepted"}"#
    #expect(
      chat.take(1)
        == [#"{"type":"history","ref":"h","peer":"b","messages":[\#(entries)],"more":true}"#]
    )
    chat.ask(#"{"type":"history","peer":"b","before":2}"#, over: 1)
    chat.settle()
    #expect(
      chat.take(1).first?.hasSuffix(
        #""id":"m1","seq":1,"at":\#(chat.at),"text":"1","# + #""state":"accepted"}],"more":false}"#
      ) ?? false
    )
    chat.ask(#"{"type":"history","peer":"nobody"}"#, over: 1)
    chat.settle()
    #expect(chat.take(1) == [#"{"type":"history","peer":"nobody","messages":[],"more":false}"#])
  }

  @Test("an answer to history has 256 KiB at most") func largeHistory() {
    let chat = talk(0)
    let body = String(repeating: "x", count: 100 * 1024)
    for number in 1...4 { chat.ask(V1.send("b", "m\(number)", body), over: 1) }
    chat.settle()
    _ = chat.take(1)
    chat.ask(#"{"type":"history","peer":"b"}"#, over: 1)
    chat.settle()
    let answer = chat.take(1).first ?? ""
    #expect(answer.utf8.count <= 256 * 1024 && answer.hasSuffix(#""more":true}"#))
    #expect(answer.components("\"seq\"") == 2)
  }

  @Test("the bytes of a binary message can be fetched by both, and by nobody else") func fetch() {
    let chat = talk(0)
    let header = #"{"type":"send","to":"b","id":"x","mime":"a/b"}"#
    chat.ask([0, UInt8(header.utf8.count)] + Array(header.utf8) + [7], .binary, over: 1)
    chat.ask(V1.send("b", "y", "text"), over: 1)
    chat.join("c", 3)
    chat.settle()
    for connection in [1, 2, 3] as [ConnectionID] { _ = chat.take(connection) }
    for connection in [1, 2, 3] as [ConnectionID] {
      chat.ask(#"{"type":"fetch","seq":1,"ref":5}"#, over: connection)
      chat.ask(#"{"type":"fetch","seq":2}"#, over: connection)
    }
    chat.settle()
    let copy = #"{"type":"copy","to":"b","id":"x","seq":1,"at":\#(chat.at),"mime":"a/b","ref":5}"#
    #expect(chat.outlet.take(1)[0].text.dropFirst(2) == copy + "\u{7}")
    let message =
      #"{"type":"message","from":"a","id":"x","seq":1,"at":\#(chat.at),"again":true,"#
      + #""mime":"a/b","ref":5}"#
    #expect(chat.outlet.take(2)[0].text.dropFirst(2) == message + "\u{7}")
    #expect(chat.errors(3) == ["bad_request", "bad_request"])
  }

  @Test("a message too many for a second is refused, and after five seconds the client must go")
  func rate() {
    let chat = Chat.joined("a", "b") { $0.rateLimit = 1 }
    chat.ask(V1.send("b", "m0", "0"), over: 1)
    chat.ask(V1.send("b", "m1", "1"), over: 1)
    // These cost nothing.
    for _ in 0..<10 { chat.ask(#"{"type":"ping"}"#, over: 1) }
    #expect(chat.errors(1).filter { !$0.contains("pong") } == ["rate_limited m1"])
    #expect(chat.take(2).count == 1)
    for step in 0..<60 where chat.outlet.farewells.isEmpty {
      chat.now += 100
      chat.ask(V1.send("b", "n\(step)", ""), over: 1)
    }
    #expect(chat.outlet.farewells == [1: .rateLimited])
    #expect(chat.take(1).last?.hasPrefix(#"{"type":"bye","code":4102,"retry":"#) ?? false)
  }

  @Test("a fresh token is nothing to a server that asks for none") func auth() {
    let chat = talk(0)
    chat.ask(#"{"type":"auth","token":"x"}"#, over: 1)
    chat.settle()
    #expect(chat.take(1) == [])
  }

  @Test("nothing is done for a connection that is not there") func nobody() {
    let chat = talk(0)
    let frame = Array(#"{"type":"ping"}"#.utf8)
    chat.manager.receive(frame.span, .text, from: 0, over: 77, at: 0, through: chat.outlet)
    chat.manager.receive(frame.span, .text, from: 99, over: 1, at: 0, through: chat.outlet)
    #expect(chat.take(77) == [] && chat.take(1) == [])
  }
}

extension String {
  /// How often `part` is in it.
  func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
