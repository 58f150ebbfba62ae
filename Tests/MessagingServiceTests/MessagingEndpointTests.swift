import Messaging
import TestSupport
import Testing
import UV
import WebSocketProtocol
import WebSocketServer

@testable import MessagingService

@Suite("Messaging endpoint") struct MessagingEndpointTests {
  @Test("a text goes to its target with its sender") func text() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let (a, b) = (try hall.client("/ws/1001"), try hall.client("/ws/6001"))
      a.send(.text, "6001:hello: there")
      try hall.expect(["Client #1001 says: hello: there"], at: b)
    }
  }

  @Test("bytes go to their target with their sender") func binary() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let (a, b) = (try hall.client("/ws/1001"), try hall.client("/ws/6001"))
      a.send(.binary, "6001:\u{0}\u{1}")
      try loop.run { !b.messages.isEmpty }
      #expect(b.messages.first?.payload == Array("1001:\u{0}\u{1}".utf8))
      #expect(b.messages.first?.opcode == .binary)
    }
  }

  @Test("a peer is told when the other has left") func left() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let (a, b) = (try hall.client("/ws/1001"), try hall.client("/ws/6001"))
      a.send(.text, "6001:hi")
      try hall.expect(["Client #1001 says: hi"], at: b)
      a.close()
      try hall.expect(["Client #1001 says: hi", "Client #1001 left the chat"], at: b)
    }
  }

  @Test("after the leave grace the peer is told, and not before") func grace() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop) { $0.leaveGrace = 200 }
      let (a, b) = (try hall.client("/ws/1001"), try hall.client("/ws/6001"))
      a.send(.text, "6001:hi")
      try hall.expect(["Client #1001 says: hi"], at: b)
      // Before the server can know.
      let gone = loop.now
      a.close()
      try loop.run { b.texts.count == 2 }
      #expect(b.texts.last == "Client #1001 left the chat")
      #expect(loop.now - gone >= 199)
    }
  }

  @Test(
    "what is no client id is refused with a sentence",
    arguments: ["/ws/", "/ws/a%20b", "/ws/a:b", "/ws/a%2Fb", "/ws/a/b", "/ws/%FF"]
  )
  func badID(path: String) throws {
    try withLoop { loop in
      let client = try Hall(on: loop).client(path)
      #expect(client.text.hasPrefix("HTTP/1.1 400 "))
      try loop.run { client.text.contains("client id") }
    }
  }

  @Test("an unknown subprotocol is refused, a known one answered") func subprotocol() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let unknown = try hall.client("/ws/1", ["Sec-WebSocket-Protocol: chat"])
      #expect(unknown.text.hasPrefix("HTTP/1.1 400 "))
      let known = try hall.client("/ws/1", ["Sec-WebSocket-Protocol: chat, sotto.plain"])
      #expect(known.text.contains("\r\nSec-WebSocket-Protocol: sotto.plain\r\n"))
    }
  }

  @Test("a client of sotto.v1 is told over its socket that its id is in use")
  func rejectV1() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop) { $0.duplicateIDs = .reject }
      _ = try hall.client("/ws/1")
      let second = try hall.client("/ws/1", ["Sec-WebSocket-Protocol: sotto.v1"])
      #expect(second.text.hasPrefix("HTTP/1.1 101 "))
      try loop.run { second.closeFrame != nil }
      #expect(second.texts == [#"{"type":"bye","code":4005}"#])
      #expect(second.closeFrame?.closeCode == CloseCode(4005))
    }
  }

  @Test("a sender hears at once that a plain client has its message") func deliveredToPlain()
    throws
  {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/a", ["Sec-WebSocket-Protocol: sotto.v1"])
      let b = try hall.client("/ws/b")
      try loop.run { a.texts.count == 1 }
      a.send(.text, #"{"type":"send","to":"b","id":"x","text":"hi"}"#)
      try loop.run { a.texts.count == 3 }
      #expect(b.texts == ["Client #a says: hi"])
      #expect(a.texts.last == #"{"type":"delivered","to":"b","id":"x"}"#)
    }
  }

  @Test("a number of a log must be one", arguments: ["x", "-1", "1.5", "9007199254740992", ""])
  func badSince(text: String) throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let client = try hall.client("/ws/1?since=\(text)", ["Sec-WebSocket-Protocol: sotto.v1"])
      #expect(client.text.hasPrefix("HTTP/1.1 400 "))
    }
  }

  @Test("a client of sotto.v1 is welcome, and told before the server goes") func sottoV1() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let client = try hall.client("/ws/1?since=0", ["Sec-WebSocket-Protocol: sotto.v1"])
      #expect(client.text.contains("\r\nSec-WebSocket-Protocol: sotto.v1\r\n"))
      try loop.run { client.texts.count == 1 }
      #expect(client.texts[0].hasPrefix(#"{"type":"welcome","client":"1","#))
      var isDown = false
      hall.server.shutDown(within: .seconds(3600)) { isDown = true }
      try loop.run { client.closeFrame != nil }
      #expect(client.texts.last?.hasPrefix(#"{"type":"bye","code":1001,"retry":"#) ?? false)
      client.sendClose(1001)
      try loop.run { isDown && client.hasEnded }
    }
  }

  @Test("an id in use is refused when that is so set") func reject() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop) { $0.duplicateIDs = .reject }
      let first = try hall.client("/ws/1")
      #expect(first.text.hasPrefix("HTTP/1.1 101 "))
      #expect(try hall.client("/ws/1").text.hasPrefix("HTTP/1.1 409 "))
    }
  }

  @Test(
    "a leave is told after a close frame, FIN or RST",
    arguments: [[.close], [.close, .reset], [.end], [.reset]] as [[Departure]]
  )
  func departures(steps: [Departure]) throws {
    try withLoop { loop in
      let hall = try Hall(on: loop) { $0.duplicateIDs = .reject }
      let (a, b) = (try hall.client("/ws/1001"), try hall.client("/ws/6001"))
      b.send(.text, "1001:hi")
      try hall.expect(["Client #6001 says: hi"], at: a)
      for step in steps {
        switch step {
        case .close: a.sendClose(1000)
        case .end: a.close()
        case .reset: a.closeWithReset()
        }
      }
      try hall.expect(["Client #1001 left the chat"], at: b)
      // And the id is free again.
      #expect(try hall.client("/ws/1001").text.hasPrefix("HTTP/1.1 101 "))
    }
  }

  @Test("who is back within the leave grace has not left") func backInTime() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop) { $0.leaveGrace = 100 }
      let (a, b) = (try hall.client("/ws/1001"), try hall.client("/ws/6001"))
      a.send(.text, "6001:hi")
      try hall.expect(["Client #1001 says: hi"], at: b)
      a.close()
      try loop.run { hall.server.connectionCount == 1 }
      let again = try hall.client("/ws/1001")
      let end = loop.now + 150
      try loop.run { loop.now > end }
      again.send(.text, "6001:back")
      try hall.expect(["Client #1001 says: hi", "Client #1001 says: back"], at: b)
    }
  }

  @Test("a server that goes down tells of no leaves") func draining() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let (a, b) = (try hall.client("/ws/1001"), try hall.client("/ws/6001"))
      a.send(.text, "6001:hi")
      try hall.expect(["Client #1001 says: hi"], at: b)
      var isDown = false
      hall.server.shutDown(within: .seconds(3600)) { isDown = true }
      for client in [a, b] {
        try loop.run { client.closeFrame != nil }
        client.sendClose(1001)
      }
      try loop.run { isDown && b.hasEnded }
      #expect(b.texts == ["Client #1001 says: hi"])
    }
  }

  @Test("what is no message is answered, and the connection stays open") func errors() throws {
    try withLoop { loop in
      let a = try Hall(on: loop).client("/ws/1001")
      for text in ["no colon", ":x", "1001:still here"] { a.send(.text, text) }
      try loop.run { a.texts.count == 3 }
      #expect(a.texts.prefix(2).allSatisfy { $0.hasPrefix("Error: ") })
      #expect(a.texts[2] == "Client #1001 says: still here")
    }
  }
}

/// What a client does to end its connection.
enum Departure: Sendable {
  case close, end, reset
}
