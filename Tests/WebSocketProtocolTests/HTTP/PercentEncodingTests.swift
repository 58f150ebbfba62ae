import Testing

@testable import WebSocketProtocol

@Suite("Percent-encoding (RFC 3986 §2.1)") struct PercentEncodingTests {
  private func decode(_ text: String, plusIsSpace: Bool = false) -> [UInt8]? {
    PercentEncoding.decode(text.utf8.span, plusIsSpace: plusIsSpace)
  }

  @Test(
    "escapes of either case become bytes, and are decoded once",
    arguments: [
      ("", []), ("abc", [0x61, 0x62, 0x63]), ("%00%fF", [0x00, 0xff]),
      ("a%20b", [0x61, 0x20, 0x62]),
      ("%2541", [0x25, 0x34, 0x31]), ("+", [0x2b]),
    ] as [(String, [UInt8])]
  )
  func valid(text: String, bytes: [UInt8]) {
    #expect(decode(text) == bytes)
  }

  @Test(
    "a percent sign needs two digits",
    arguments: ["%", "%4", "%4g", "%g4", "%%41", "a%", "% 1"]
  )
  func invalid(text: String) {
    #expect(decode(text) == nil)
  }

  @Test("in a query a plus sign is a space, unless it is escaped") func plus() {
    #expect(decode("a+b%2B", plusIsSpace: true) == Array("a b+".utf8))
  }
}
