import Messaging
import Testing
import WebSocketProtocol

@testable import MessagingService

@Suite("Errors of the API") struct APIErrorTests {
  @Test("an error is JSON with its code and a sentence") func response() {
    let response = APIError.methodNotAllowed(["GET", "HEAD"]).response
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields.first("Allow") == "GET, HEAD")
    #expect(response.fields.first("Content-Type") == "application/json")
    #expect(response.fields.first("Cache-Control") == "no-store")
    #expect(
      String(decoding: response.body, as: UTF8.self)
        == #"{"error":{"code":"method_not_allowed","message":"Only GET, HEAD can be used here."}}"#
    )
  }

  @Test(
    "each has its status",
    arguments: [
      (.unauthorized, 401, "unauthorized"), (.notFound, 404, "not_found"),
      (.unsupportedMediaType, 415, "unsupported_media_type"), (.conflict, 409, "conflict"),
      (.store(.full), 507, "mailbox_full"), (.store(.unavailable), 503, "unavailable"),
      (.tooManyBlocks, 507, "too_many_blocks"),
      (.body(.bodyTooLarge(limit: 1)), 413, "too_large"),
      (.body(.malformedChunk), 400, "bad_request"),
      (.badRequest("x", code: .badTarget), 400, "bad_target"),
    ] as [(APIError, Int, String)]
  )
  func statuses(error: APIError, status: Int, code: String) {
    #expect(error.status.code == status && error.code == code)
  }

  @Test("401 names the scheme (RFC 9110 §11.6.1)") func challenge() {
    let value = APIError.unauthorized.response.fields.first("WWW-Authenticate")
    #expect(value?.hasPrefix("Bearer") ?? false)
  }
}
