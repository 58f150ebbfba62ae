import Testing
import WebSocketProtocol

@Suite("Request line (RFC 9112 §3)") struct RequestLineParserTests {
  @Test(
    "a malformed request line fails with its error",
    arguments: [
      ("GET /\r\n", .malformedRequestLine),
      ("GET\r\n", .invalidMethod),
      ("GET  / HTTP/1.1\r\n", .malformedRequestLine),
      ("GET / HTTP/1.1 \r\n", .malformedRequestLine),
      ("GET /  HTTP/1.1\r\n", .malformedRequestLine),
      ("GET / http/1.1\r\n", .malformedRequestLine),
      ("GET / HTTP/1.10\r\n", .malformedRequestLine),
      ("GET / HTTP/11\r\n", .malformedRequestLine),
      ("GET / HTTP/x.1\r\n", .malformedRequestLine),
      ("GET / \r\n", .malformedRequestLine),
      ("\r\n\r\n\r\n\r\n\r\n", .malformedRequestLine),
      (" GET / HTTP/1.1\r\n", .invalidMethod),
      ("G(T / HTTP/1.1\r\n", .invalidMethod),
      ("SSH-2.0-OpenSSH_9.2\r\n", .invalidMethod),
      ("GET /\t HTTP/1.1\r\n", .invalidTarget),
      ("GET /a#b HTTP/1.1\r\n", .invalidTarget),
      ("GET /\u{7f} HTTP/1.1\r\n", .invalidTarget),
      ("GET /é HTTP/1.1\r\n", .invalidTarget),
      ("GET a HTTP/1.1\r\n", .invalidTarget),
      ("GET /%2 HTTP/1.1\r\n", .invalidTarget),
      ("GET / HTTP/2.0\r\n", .unsupportedVersion),
      ("PRI * HTTP/2.0\r\n", .unsupportedVersion),
      ("GET / HTTP/1.2\r\n", .unsupportedVersion),
      ("GET / HTTP/0.9\r\n", .unsupportedVersion),
      ("GET / HTTP/1.1\n", .bareLineFeed),
      ("GET /\n", .bareLineFeed),
      ("GET\n", .bareLineFeed),
      ("\nGET / HTTP/1.1\r\n", .bareLineFeed),
      ("GET / HTTP/1.1\rHost: x\r\n", .bareCarriageReturn),
      ("\rGET / HTTP/1.1\r\n", .bareCarriageReturn),
    ] as [(String, HTTPError)]
  )
  func malformed(input: String, error: HTTPError) {
    #expect(transcript(input).error == error)
  }

  @Test("a TLS client is refused at its first byte") func clientHello() {
    #expect(transcript([0x16]).error == .invalidMethod)
  }

  @Test("a method has at most 32 bytes, and fails before it ends", arguments: [31, 32, 33])
  func methodLimit(length: Int) {
    let method = String(repeating: "M", count: length)
    #expect(transcript(method).error == (length > 32 ? .methodTooLong : nil))
    let result = transcript("\(method) / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(result.heads.map(\.method) == (length > 32 ? [] : [method]))
  }

  @Test("something else than a version fails before it ends") func versionLimit() {
    #expect(transcript("GET / HTTP/1.1").error == nil)
    #expect(transcript("GET / HTTP/1.1x").error == .malformedRequestLine)
  }
}
