import Logging
import Messaging
import TestSupport
import Testing
import Tokens
import UV
import WebSocketServer

@testable import MessagingService

@Suite("Token gate") struct TokenGateTests {
  private let secret = "a secret of more than thirty-two bytes"
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func gate() throws -> TokenGate {
    try TokenGate(KeySources(secret: secret), logger: logger)
  }

  private func token(_ id: String, validFor seconds: Int64 = 60, peers: [String]? = nil) throws
    -> String
  {
    TokenSigner(secret: try Secret(Array(secret.utf8)))
      .token(for: id, at: 1_000_000, validFor: seconds, peers: peers)
  }

  private func pass(_ token: String, of client: ClientID, at time: UInt64 = 1_000_000) throws
    -> Pass?
  {
    try gate().pass(for: Array(token.utf8).span, of: client, at: time)
  }

  @Test("a pass lasts as long as its token, with the leeway") func end() throws {
    let id = try ClientID("1001")
    #expect(try pass(token("1001"), of: id)?.end == 1_090_000)
    #expect(try pass(token("1001"), of: id, at: 1_089_999) != nil)
    #expect(try pass(token("1001"), of: id, at: 1_090_000) == nil)
    #expect(try pass(token("1001", peers: ["a"]), of: id)?.peers != nil)
  }

  @Test("a token for another client opens no door", arguments: ["1002", "", "1001\u{0}", "１００１"])
  func subject(other: String) throws {
    #expect(try pass(token(other), of: ClientID("1001")) == nil)
  }

  @Test("those that look alike are others") func alike() throws {
    #expect(try pass(token("e\u{301}"), of: ClientID("\u{e9}")) == nil)
  }

  @Test("keys that are wrong are refused at the start, and later change nothing") func keys() throws
  {
    #expect(throws: KeySourceError.self) {
      try TokenGate(KeySources(secret: "short"), logger: logger)
    }
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(secret.utf8), to: "secret")
    let gate = try TokenGate(KeySources(secretFiles: [path]), logger: logger)
    let (id, token) = (try ClientID("1001"), Array(try token("1001").utf8))
    try folder.write(Array("short".utf8), to: "secret")
    #expect(throws: KeySourceError.self) { try gate.reload() }
    #expect(isTaken(token, id, gate))
    try folder.write(Array("another secret of more than thirty-two bytes".utf8), to: "secret")
    try gate.reload()
    #expect(!isTaken(token, id, gate))
  }

  private func isTaken(_ token: [UInt8], _ id: ClientID, _ gate: TokenGate) -> Bool {
    gate.pass(for: token.span, of: id, at: 1_000_000) != nil
  }

  @Test("a request without a token, or with a wrong one, is refused by 401") func plain() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop, gate: gate())
      for path in ["/ws/1", "/ws/1?token=x"] {
        let client = try hall.client(path)
        #expect(client.text.hasPrefix("HTTP/1.1 401 "))
        #expect(client.text.contains("\r\nWWW-Authenticate: Bearer\r\n"))
      }
    }
  }

  @Test("a client of sotto.v1 is told over its socket") func sottoV1() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop, gate: gate())
      let client = try hall.client("/ws/1", ["Sec-WebSocket-Protocol: sotto.v1, bearer.x"])
      #expect(client.text.contains("\r\nSec-WebSocket-Protocol: sotto.v1\r\n"))
      try loop.run { client.closeFrame != nil }
      #expect(client.texts == [#"{"type":"bye","code":4001}"#])
    }
  }
}
