import Testing

@testable import Tokens

@Suite("base64url (RFC 7515 §2)") struct Base64URLTests {
  @Test(
    "bytes and text become one another",
    arguments: [
      ([], ""), ([0x66], "Zg"), (Array("fo".utf8), "Zm8"), (Array("foo".utf8), "Zm9v"),
      (Array("foobar".utf8), "Zm9vYmFy"), ([0xFB, 0xFF], "-_8"),
      // RFC 7515, appendix C.
      ([3, 236, 255, 224, 193], "A-z_4ME"),
    ] as [([UInt8], String)]
  )
  func pairs(bytes: [UInt8], text: String) {
    #expect(Base64URL.encode(bytes) == text)
    #expect(Base64URL.decode(text) == bytes)
  }

  @Test(
    "padding, other letters, an impossible length and bits behind the last byte are refused",
    arguments: [
      "Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "+/8", "Zm9v\n", " Zm9v", "Zm9v.", "Zm\u{e9}",
      "Zm9\u{0}",
    ]
  )
  func refused(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test("any bytes come back") func roundTrip() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 89 + count) }
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
  }
}
