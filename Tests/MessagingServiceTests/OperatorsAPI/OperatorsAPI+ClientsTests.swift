import Messaging
import TestSupport
import Testing
import UV
import WebSocketProtocol
import WebSocketServer

@testable import MessagingService

@Suite("Clients, as operators see them") struct OperatorsAPIClientsTests {
  @Test("somebody whom nobody knows is offline") func unknown() throws {
    try inOffice { office in
      let answer = try office.ask("GET", "clients/a%C3%BC")
      #expect(
        answer.body
          == #"{"client":"aü","online":false,"connections":0,"since":null,"pending":0,"#
          + #""blocked_until":null}"#
      )
    }
  }

  @Test("what is no client id is 400", arguments: ["", "a%20b", "a%2Fb", "%FF", "a:b"])
  func badID(id: String) throws {
    try inOffice { office in
      for (method, path) in [("GET", ""), ("DELETE", ""), ("DELETE", "/messages")] {
        let answer = try office.ask(method, "clients/\(id)\(path)")
        #expect(answer.status == 400 && answer.code == "bad_target")
      }
    }
  }

  @Test("connections and waiting messages are counted") func counts() throws {
    try inOffice { office in
      _ = try office.ask("POST", "messages", #"{"from":"a","to":"b","text":"hi"}"#)
      #expect(try office.ask("GET", "clients/b").body.contains(#""pending":1"#))
      let clients = [
        try office.client("/ws/b", ["Sec-WebSocket-Protocol: sotto.v1"]),
        try office.client("/ws/b"),
      ]
      let body = try office.ask("GET", "clients/b").body
      #expect(body.contains(#""online":true,"connections":2"#))
      let since = try #require(body.split(separator: #""since":"#).last?.prefix { $0.isNumber })
      let now = EventLoop.millisecondsSince1970
      #expect(now - 10_000...now ~= Int(since) ?? 0)
      for client in clients { client.close() }
    }
  }

  @Test("a client is disconnected, and may come back") func disconnect() throws {
    try inOffice { office in
      let plain = try office.client("/ws/a")
      let v1 = try office.client("/ws/a", ["Sec-WebSocket-Protocol: sotto.v1"])
      #expect(
        try office.ask("DELETE", "clients/a").body
          == #"{"client":"a","closed":2,"blocked_until":null}"#
      )
      try office.loop.run { plain.closeFrame != nil && v1.closeFrame != nil }
      #expect(plain.closeFrame?.closeCode == .init(4004))
      #expect(v1.closeFrame?.closeCode == .init(4004))
      #expect(v1.texts.contains(#"{"type":"bye","code":4004}"#))
      #expect(try office.client("/ws/a").text.hasPrefix("HTTP/1.1 101"))
      #expect(try office.ask("DELETE", "clients/nobody").body.contains(#""closed":0"#))
    }
  }

  @Test("a client is kept out until it is let in again") func block() throws {
    try inOffice { office in
      let client = try office.client("/ws/a")
      let answer = try office.ask("DELETE", "clients/a?block=12h")
      #expect(answer.body.hasPrefix(#"{"client":"a","closed":1,"blocked_until":1"#))
      try office.loop.run { client.closeFrame != nil }
      #expect(client.closeFrame?.closeCode == .init(4003))
      #expect(try office.client("/ws/a").text.hasPrefix("HTTP/1.1 403"))
      let v1 = try office.client("/ws/a", ["Sec-WebSocket-Protocol: sotto.v1"])
      try office.loop.run { v1.closeFrame != nil }
      #expect(v1.closeFrame?.closeCode == .init(4003))
      #expect(v1.texts == [#"{"type":"bye","code":4003}"#])
      #expect(try office.ask("GET", "clients/a").body.contains(#""blocked_until":1"#))
      #expect(
        try office.ask("DELETE", "clients/a/block").body == #"{"client":"a","unblocked":true}"#
      )
      #expect(try office.client("/ws/a").text.hasPrefix("HTTP/1.1 101"))
      #expect(try office.ask("DELETE", "clients/a/block").body.contains("false"))
    }
  }

  @Test("a time that is none is 400", arguments: ["", "5", "0s", "1w"]) func badTime(text: String)
    throws
  {
    try inOffice { office in
      let answer = try office.ask("DELETE", "clients/a?block=\(text)")
      #expect(answer.status == 400 && answer.code == "bad_request")
      #expect(office.endpoint.blocks.end(of: try ClientID("a"), at: office.loop.now) == nil)
    }
  }

  @Test("a log is erased") func erase() throws {
    try inOffice { office in
      _ = try office.ask("POST", "messages", #"{"from":"a","to":"b","text":"hi"}"#)
      #expect(
        try office.ask("DELETE", "clients/b/messages").body == #"{"client":"b","erased":1}"#
      )
      #expect(try office.ask("GET", "clients/b").body.contains(#""pending":0"#))
      #expect(try office.ask("DELETE", "clients/b/messages").body.contains(#""erased":0"#))
    }
  }

  @Test("peers hear that it was the operator") func reason() {
    #expect(WebSocketEnd.closedHere(.init(4004)).leaveReason == .removed)
    #expect(WebSocketEnd.closedHere(.init(4003)).leaveReason == .removed)
    #expect(WebSocketEnd.closedHere(.normal).leaveReason == .closed)
  }
}
