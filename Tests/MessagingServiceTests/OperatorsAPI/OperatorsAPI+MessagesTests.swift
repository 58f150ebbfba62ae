import Messaging
import TestSupport
import Testing

@testable import MessagingService

@Suite("POST messages") struct OperatorsAPIMessagesTests {
  private static let body = #"{"from":"1001","to":"6001","id":"x","text":"hi"}"#

  @Test("a message reaches a client, as from its sender") func delivered() throws {
    try inOffice { office in
      let client = try office.client("/ws/6001")
      let answer = try office.ask("POST", "messages", Self.body)
      #expect(answer.status == 200 && answer.body == #"{"id":"x","state":"sent"}"#)
      #expect(answer.head.contains("Content-Type: application/json\r\n"))
      try office.loop.run { !client.texts.isEmpty }
      #expect(client.texts == ["Client #1001 says: hi"])
    }
  }

  @Test("it is kept for who is not there, once") func kept() throws {
    try inOffice { office in
      for _ in 0..<2 {
        let answer = try office.ask("POST", "messages", Self.body)
        #expect(answer.body == #"{"id":"x","state":"kept"}"#)
      }
      #expect(office.store.count == 1)
    }
  }

  @Test("without an id the server chooses one") func noID() throws {
    try inOffice { office in
      let answer = try office.ask("POST", "messages", #"{"from":"a","to":"b","data":{}}"#)
      #expect(answer.body.hasPrefix(#"{"id":"~"#))
    }
  }

  @Test("the same id for another message is 409") func conflict() throws {
    try inOffice { office in
      _ = try office.ask("POST", "messages", Self.body)
      let other = Self.body.replacing("hi", with: "ho")
      let answer = try office.ask("POST", "messages", other)
      #expect(answer.status == 409 && answer.code == "conflict")
    }
  }

  @Test(
    "what is no message is 400",
    arguments: [
      ("", "bad_request"), ("{}", "bad_request"),
      (#"{"from":"","to":"b","text":""}"#, "bad_target"),
      (#"{"from":"a","to":7,"text":""}"#, "bad_target"),
    ]
  )
  func invalid(body: String, code: String) throws {
    try inOffice { office in
      let answer = try office.ask("POST", "messages", body)
      #expect(answer.status == 400 && answer.code == code)
    }
  }

  @Test("a full mailbox is 507, a broken store 503") func refused() throws {
    try inOffice(limits: StoreLimits(messages: 1)) { office in
      _ = try office.ask("POST", "messages", Self.body)
      let other = Self.body.replacing("\"x\"", with: "\"y\"")
      let full = try office.ask("POST", "messages", other)
      #expect(full.status == 507 && full.code == "mailbox_full")
      office.store.isFailing = true
      let broken = try office.ask("POST", "messages", other)
      #expect(broken.status == 503 && broken.code == "unavailable")
    }
  }
}
