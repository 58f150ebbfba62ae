import Testing
import WebSocketProtocol

@Suite("Close codes (RFC 6455 §7.4)") struct CloseCodeTests {
  @Test(
    "the names stand for the numbers of §7.4.1",
    arguments: [
      (.normal, 1000), (.goingAway, 1001), (.protocolError, 1002), (.unsupportedData, 1003),
      (.noStatus, 1005), (.abnormal, 1006), (.invalidPayload, 1007), (.policyViolation, 1008),
      (.messageTooBig, 1009), (.internalError, 1011),
    ] as [(CloseCode, UInt16)]
  )
  func names(code: CloseCode, number: UInt16) {
    #expect(code.rawValue == number)
    #expect(code == CloseCode(number))
    #expect(code.description == "\(number)")
  }

  @Test(
    "a peer may send the registered codes and those of libraries and applications",
    arguments: [
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
      4999,
    ] as [UInt16]
  )
  func allowed(number: UInt16) {
    #expect(CloseCode(number).mayBeReceived)
  }

  @Test(
    "a peer may not send reserved, unregistered or impossible codes",
    arguments: [
      0, 1, 125, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 9999, 65535,
    ] as [UInt16]
  )
  func refused(number: UInt16) {
    #expect(!CloseCode(number).mayBeReceived)
  }
}
