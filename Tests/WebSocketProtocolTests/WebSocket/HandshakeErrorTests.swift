import Testing
import WebSocketProtocol

@Suite("Refused handshakes (RFC 6455 §4.4)") struct HandshakeErrorTests {
  @Test(
    "each error is answered with its status and a sentence",
    arguments: [
      (.notGet, 405), (.notUpgraded, 426), (.unsupportedVersion, 426), (.invalidKey, 400),
      (.invalidSubprotocols, 400), (.unexpectedBody, 400),
    ] as [(HandshakeError, Int)]
  )
  func answer(error: HandshakeError, code: Int) {
    #expect(error.response.status.code == code)
    #expect(error.response.body == Array((error.reason + "\n").utf8))
  }
}
