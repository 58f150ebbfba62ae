import Testing

@testable import WebSocketProtocol

@Suite("HTTP version (RFC 9112 §2.3)") struct HTTPVersionTests {
  @Test("two versions are understood") func known() throws {
    #expect(try HTTPVersion(parsing: "HTTP/1.0") == .http10)
    #expect(try HTTPVersion(parsing: "HTTP/1.1") == .http11)
  }

  @Test(
    "another version differs from what is none",
    arguments: [
      ("HTTP/0.9", .unsupportedVersion), ("HTTP/1.2", .unsupportedVersion),
      ("HTTP/2.0", .unsupportedVersion), ("HTTP/9.9", .unsupportedVersion),
      ("", .malformedRequestLine), ("HTTP/1", .malformedRequestLine),
      ("HTTP/1,1", .malformedRequestLine), ("Http/1.1", .malformedRequestLine),
      ("HTTP/1.a", .malformedRequestLine), ("HTTP/1.11", .malformedRequestLine),
    ] as [(String, HTTPError)]
  )
  func other(text: String, error: HTTPError) {
    #expect(throws: error) { try HTTPVersion(parsing: text) }
  }
}
