import Testing

@testable import WebSocketProtocol

@Suite("Base64 (RFC 4648)") struct Base64Tests {
  private func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    Base64.encode(bytes.span, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  @Test(
    "bytes are written as in §10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
  )
  func encode(text: String, expected: String) {
    #expect(encode(Array(text.utf8)) == expected)
  }

  @Test("the whole alphabet is written") func alphabet() {
    #expect(encode([0xfb, 0xff, 0xbf, 0x00, 0x10, 0x83]) == "+/+/ABCD")
  }

  @Test(
    "16 bytes are 22 characters and two equals signs",
    arguments: [
      ("dGhlIHNhbXBsZSBub25jZQ==", true), ("AAAAAAAAAAAAAAAAAAAAA+/==", false),
      ("AAAAAAAAAAAAAAAAAAAA+/==", true), ("AAAAAAAAAAAAAAAAAAAAAAA=", false),
      ("AAAAAAAAAAAAAAAAAAAAAAAA", false), ("AAAAAAAAAAAAAAAAAAAA_-==", false),
      ("AAAAAAAAAAAAAAAAAAAAA===", false), ("", false),
    ]
  )
  func sixteenBytes(text: String, isValid: Bool) {
    let isSixteenBytes = Base64.isSixteenBytes(text.utf8.span)
    #expect(isSixteenBytes == isValid)
  }
}
