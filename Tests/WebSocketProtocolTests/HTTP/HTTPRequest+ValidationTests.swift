import Testing
import WebSocketProtocol

@Suite("Host and length of a request (RFC 9112 §3.2, §6.3)") struct HTTPRequestValidationTests {
  private func error(_ lines: String...) -> HTTPError? {
    transcript(lines.map { $0 + "\r\n" }.joined() + "\r\n").error
  }

  @Test("HTTP/1.1 needs one valid Host") func host() {
    #expect(error("GET / HTTP/1.1") == .missingHost)
    #expect(error("GET / HTTP/1.0") == nil)
    #expect(error("GET / HTTP/1.1", "Host: a", "host: a") == .repeatedHost)
    #expect(error("GET / HTTP/1.0", "Host: a", "Host: b") == .repeatedHost)
    #expect(error("GET / HTTP/1.1", "Host: a, b") == .invalidHost)
    #expect(error("GET / HTTP/1.1", "Host: a/b") == .invalidHost)
    #expect(error("GET / HTTP/1.1", "Host:") == nil)
  }

  @Test("the asterisk is for OPTIONS only") func asterisk() {
    #expect(error("OPTIONS * HTTP/1.1", "Host: a") == nil)
    #expect(error("GET * HTTP/1.1", "Host: a") == .invalidTarget)
  }

  @Test(
    "Content-Length is one number",
    arguments: [
      (["5"], .length(5)), (["005"], .length(5)), (["0"], .length(0)), (["5, 5"], .length(5)),
      (["5", "5"], .length(5)), ([], .none),
    ] as [([String], HTTPRequest.Body)]
  )
  func length(values: [String], body: HTTPRequest.Body) {
    let fields = values.map { "Content-Length: \($0)\r\n" }.joined()
    let result = transcript("PUT / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
    #expect(result.heads.map(\.body) == [body])
  }

  @Test(
    "a Content-Length that is no number, or two of them, fails",
    arguments: [
      [""], ["5 5"], ["+5"], ["-5"], ["0x5"], ["5,"], [",5"], ["5, 6"], ["5", "6"], ["5", ""],
      ["٣"],
    ]
  )
  func invalidLength(values: [String]) {
    let fields = values.map { "Content-Length: \($0)\r\n" }.joined()
    let result = transcript("PUT / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
    #expect(result.error == .invalidContentLength)
  }

  @Test(
    "a length that no Int holds is a body too large",
    arguments: [
      "9223372036854775807", "9223372036854775808", "99999999999999999999999999999999",
    ]
  )
  func hugeLength(value: String) {
    #expect(
      error("PUT / HTTP/1.1", "Host: x", "Content-Length: \(value)")
        == .bodyTooLarge(limit: 1024 * 1024)
    )
  }

  @Test(
    "Transfer-Encoding is chunked, alone",
    arguments: [
      ("gzip", .unknownTransferEncoding), ("identity", .unknownTransferEncoding),
      ("gzip, chunked", .unknownTransferEncoding), ("chunked;q=1", .unknownTransferEncoding),
      ("xchunked", .unknownTransferEncoding), ("chunked, gzip", .chunkedNotLast),
      ("chunked, chunked", .chunkedNotLast), ("", .chunkedNotLast), (",", .chunkedNotLast),
      ("chunked,", .chunkedNotLast), (", chunked", .chunkedNotLast), ("gzip,", .chunkedNotLast),
    ] as [(String, HTTPError)]
  )
  func codings(value: String, expected: HTTPError) {
    #expect(error("PUT / HTTP/1.1", "Host: x", "Transfer-Encoding: \(value)") == expected)
  }

  @Test("Transfer-Encoding tolerates neither Content-Length nor HTTP/1.0") func smuggling() {
    let coding = "Transfer-Encoding: chunked"
    #expect(
      error("PUT / HTTP/1.1", "Host: x", coding, "Content-Length: 5") == .lengthAndTransferEncoding
    )
    #expect(
      error("PUT / HTTP/1.1", "Host: x", "Content-Length: 5", "Transfer-Encoding: gzip")
        == .lengthAndTransferEncoding
    )
    #expect(error("PUT / HTTP/1.0", coding) == .transferEncodingInHTTP10)
    #expect(error("PUT / HTTP/1.1", "Host: x", coding, "Transfer-Encoding:") == .chunkedNotLast)
    #expect(
      error("PUT / HTTP/1.1", "Host: x", coding, "Transfer-Encoding: chunked") == .chunkedNotLast
    )
  }
}
