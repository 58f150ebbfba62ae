import Testing

@testable import Messaging

@Suite("Error codes") struct ErrorCodeTests {
  @Test("they are those of the protocol") func names() {
    #expect(
      ErrorCode.allCases.map(\.rawValue) == [
        "bad_request", "bad_target", "forbidden", "too_large", "rate_limited", "mailbox_full",
        "unavailable",
      ]
    )
  }
}
