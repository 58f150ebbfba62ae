import Testing
import WebSocketProtocol

@Suite("HTTP request parser (RFC 9112)") struct HTTPRequestParserTests {
  @Test("a request without a body is a head and an end") func plainRequest() throws {
    let result = transcript("GET /ws/1001?since=7 HTTP/1.1\r\nHost: a:8000\r\nX-Y:  b c \t\r\n\r\n")
    let head = HTTPRequest(
      method: "GET",
      target: try RequestTarget("/ws/1001?since=7"),
      fields: ["Host": "a:8000", "X-Y": "b c"]
    )
    #expect(result.steps == [.head(head), .end])
    #expect(result.error == nil)
    #expect(result.isIdle)
  }

  @Test("Content-Length delimits the body, and the next request follows") func sizedBody() {
    let result = transcript(
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.0\r\n\r\n"
    )
    #expect(result.heads.map(\.target.raw) == ["/a", "/b"])
    #expect(result.heads.map(\.version) == [.http11, .http10])
    #expect(result.heads.map(\.body) == [.length(5), .none])
    #expect(result.bodies == ["hello"])
    #expect(result.isIdle)
  }

  @Test("chunks become one body, and the next request follows") func chunkedBody() {
    let result = transcript(
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
        + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nDigest: x\r\n\r\n"
        + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    #expect(result.heads.map(\.body) == [.chunked, .none])
    #expect(result.bodies == ["hello world"])
    #expect(result.error == nil)
  }

  @Test("a few empty lines before a request are skipped (§2.2)", arguments: [0, 1, 4])
  func emptyLines(count: Int) {
    let lines = String(repeating: "\r\n", count: count)
    let result = transcript(lines + "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(result.heads.count == 1)
    #expect(transcript(lines).isIdle)
  }

  @Test(
    "the parser is idle only between requests",
    arguments: [
      ("", true), ("\r", false), ("\r\n", true), ("G", false), ("GET / HTTP/1.1\r\n", false),
      ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true),
      ("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", false),
      ("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", true),
    ]
  )
  func idle(input: String, isIdle: Bool) {
    #expect(transcript(input).isIdle == isIdle)
  }

  @Test("what follows the head of an upgrade is left alone") func upgrade() throws {
    let head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    let bytes = Array(head.utf8) + [0x81, 0x85]
    var parser = HTTPRequestParser()
    var offset = 0
    let event = try parser.next(bytes.span, offset: &offset)
    guard case .head = event else {
      Issue.record("no head")
      return
    }
    #expect(offset == head.utf8.count)
  }

  @Test("an error is final") func errorIsFinal() {
    var parser = HTTPRequestParser()
    let bytes = Array("\u{16}\u{3}\u{1}GET / HTTP/1.1\r\n".utf8)
    for _ in 1...2 {
      #expect(throws: HTTPError.invalidMethod) {
        var offset = 0
        _ = try parser.next(bytes.span, offset: &offset)
      }
    }
    #expect(!parser.isIdle)
  }

  @Test("a body may be as large as its limit, and not a byte larger", arguments: [-1, 0, 1])
  func bodyLimit(excess: Int) {
    var limits = HTTPLimits()
    limits.bodyBytes = 20
    let body = String(repeating: "x", count: 20 + excess)
    let sized = transcript(
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: \(20 + excess)\r\n\r\n" + body,
      limits: limits
    )
    let chunked = transcript(
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "a\r\n0123456789\r\n\(String(10 + excess, radix: 16))\r\n\(body.dropFirst(10))\r\n"
        + "0\r\n\r\n",
      limits: limits
    )
    for result in [sized, chunked] {
      #expect(result.error == (excess > 0 ? .bodyTooLarge(limit: 20) : nil))
      #expect(result.isIdle == (excess <= 0))
    }
  }
}
