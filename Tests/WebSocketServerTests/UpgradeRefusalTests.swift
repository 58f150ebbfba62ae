import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Refusals by the server") struct UpgradeRefusalTests {
  @Test(
    "each has its status and a sentence",
    arguments: [
      (UpgradeRefusal.foreignOrigin, HTTPStatus.forbidden),
      (.tooManyConnections, .serviceUnavailable), (.tooManyFromAddress, .tooManyRequests),
    ]
  )
  func response(refusal: UpgradeRefusal, status: HTTPStatus) {
    #expect(refusal.response.status == status)
  }
}
