import Testing
import WebSocketProtocol

@Suite("HTTP status (RFC 9110 §15)") struct HTTPStatusTests {
  @Test(
    "a body is allowed unless the status excludes it (RFC 9112 §6.3)",
    arguments: [
      (.continue, false), (.switchingProtocols, false), (.ok, true), (.noContent, false),
      (.notModified, false), (.badRequest, true), (.upgradeRequired, true),
    ] as [(HTTPStatus, Bool)]
  )
  func allowsBody(status: HTTPStatus, expected: Bool) {
    #expect(status.allowsBody == expected)
  }
}
