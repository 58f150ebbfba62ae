import Testing
import WebSocketProtocol

@Suite("Protocol errors (RFC 6455 §7.1.7)") struct ProtocolErrorTests {
  private static let answers: [(ProtocolError, UInt16, String)] = [
    (.reservedBits, 1002, "reserved bits set"),
    (.unknownOpcode(0x3), 1002, "unknown opcode"),
    (.unmasked, 1002, "frame not masked"),
    (.masked, 1002, "frame masked"),
    (.fragmentedControl, 1002, "fragmented control frame"),
    (.controlTooLong, 1002, "control frame too long"),
    (.invalidLength, 1002, "invalid length"),
    (.unexpectedContinuation, 1002, "nothing to continue"),
    (.expectedContinuation, 1002, "continuation expected"),
    (.messageTooBig, 1009, "message too big"),
    (.invalidUTF8, 1007, "invalid UTF-8"),
    (.invalidCompressedData, 1007, "invalid compressed data"),
    (.invalidClose, 1002, "invalid close frame"),
  ]

  @Test("each error has its close code and reason", arguments: answers)
  func answer(error: ProtocolError, code: UInt16, reason: String) {
    #expect(error.closeCode.rawValue == code)
    #expect(error.reason == reason)
  }

  @Test("a reason is at most 32 bytes of printable ASCII", arguments: answers.map(\.0))
  func reason(error: ProtocolError) {
    #expect((1...32).contains(error.reason.utf8.count))
    #expect(error.reason.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }
}
