import Testing
import WebSocketProtocol

@Suite("HTTP request") struct HTTPRequestTests {
  @Test(
    "a connection stays open as §9.3 of RFC 9112 says",
    arguments: [
      (.http11, nil, true), (.http11, "close", false), (.http11, "Upgrade, Close", false),
      (.http11, "keep-alive", true), (.http10, nil, false), (.http10, "Keep-Alive", true),
      (.http10, "keep-alive, close", false), (.http11, "closed", true),
    ] as [(HTTPVersion, String?, Bool)]
  )
  func keepsAlive(version: HTTPVersion, connection: String?, expected: Bool) throws {
    var request = HTTPRequest(method: "GET", target: try RequestTarget("/"), version: version)
    if let connection { request.fields.append("Connection", connection) }
    #expect(request.keepsAlive == expected)
  }

  @Test("an absolute target's host counts instead of Host") func host() throws {
    var request = HTTPRequest(
      method: "GET",
      target: try RequestTarget("http://a:1/"),
      fields: ["Host": "b"]
    )
    #expect(request.host == "a:1")
    request.target = try RequestTarget("/")
    #expect(request.host == "b")
  }

  @Test("100-continue is expected only before a body, in HTTP/1.1") func expectsContinue() throws {
    var request = HTTPRequest(
      method: "PUT",
      target: try RequestTarget("/"),
      fields: ["Expect": "100-Continue"],
      body: .length(1)
    )
    #expect(request.expectsContinue)
    request.body = .none
    #expect(!request.expectsContinue)
    request.body = .length(0)
    #expect(!request.expectsContinue)
    request.body = .chunked
    request.version = .http10
    #expect(!request.expectsContinue)
  }
}
