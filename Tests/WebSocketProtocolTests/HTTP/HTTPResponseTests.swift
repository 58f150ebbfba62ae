import Testing
import WebSocketProtocol

@Suite("HTTP response (RFC 9112 §4)") struct HTTPResponseTests {
  private let date = "Sun, 06 Nov 1994 08:49:37 GMT"

  @Test("a head is written field by field") func head() {
    let response = HTTPResponse.text(.notFound, "There is nothing here.")
    let bytes = response.serialized(keepsAlive: true, for: .http11, date: date)
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        HTTP/1.1 404 Not Found\r
        Content-Type: text/plain; charset=utf-8\r
        X-Content-Type-Options: nosniff\r
        Date: Sun, 06 Nov 1994 08:49:37 GMT\r
        Content-Length: 23\r
        \r
        There is nothing here.

        """
    )
  }

  @Test(
    "Connection says what the client's version does not imply",
    arguments: [
      (.http11, true, nil), (.http11, false, "close"), (.http10, true, "keep-alive"),
      (.http10, false, "close"),
    ] as [(HTTPVersion, Bool, String?)]
  )
  func connection(version: HTTPVersion, keepsAlive: Bool, expected: String?) {
    let head = lines(HTTPResponse(status: .ok), keepsAlive: keepsAlive, version: version)
    #expect(
      head.filter { $0.hasPrefix("Connection") } == (expected.map { ["Connection: \($0)"] } ?? [])
    )
  }

  @Test(
    "a length stands where there may be a body",
    arguments: [
      (.ok, true), (.partialContent, true), (.notFound, true), (.switchingProtocols, false),
      (.noContent, false), (.notModified, false),
    ] as [(HTTPStatus, Bool)]
  )
  func length(status: HTTPStatus, hasLength: Bool) {
    let head = lines(HTTPResponse(status: status), keepsAlive: true, version: .http11)
    #expect(head.contains("Content-Length: 7") == hasLength)
    #expect(head.contains("X-Content-Type-Options: nosniff"))
  }

  @Test("101 never says close") func switching() {
    let response = HTTPResponse(status: .switchingProtocols, fields: ["Connection": "Upgrade"])
    let head = lines(response, keepsAlive: false, version: .http11)
    #expect(head.filter { $0.hasPrefix("Connection") } == ["Connection: Upgrade"])
  }

  private func lines(
    _ response: HTTPResponse,
    keepsAlive: Bool,
    version: HTTPVersion
  ) -> [String] {
    let head = response.serializedHead(
      contentLength: 7,
      keepsAlive: keepsAlive,
      for: version,
      date: date
    )
    return String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
  }
}
