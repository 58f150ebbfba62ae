import Testing

@testable import Messaging

@Suite("JSON strings") struct JSONStringTests {
  /// The characters of a token, by each of the ways to get at them.
  private func characters(_ token: String) throws -> String {
    let bytes = Array(token.utf8)
    var scanner = JSONScanner(bytes.span)
    let string = try scanner.string(.strict)
    #expect(string.token == 0..<bytes.count)
    #expect(string.content == 1..<bytes.count - 1)
    #expect(string.isEscaped == token.contains("\\"))
    let copy = string.unescaped(in: bytes.span)
    #expect(string.withBytes(in: bytes.span) { [UInt8]($0) } == copy)
    #expect(string.utf8Count(in: bytes.span) == copy.count)
    let buffer = ReplyBuffer()
    buffer.appendUnescaped(string, in: bytes.span)
    #expect(buffer.bytes == copy)
    return String(decoding: copy, as: UTF8.self)
  }

  @Test(
    "escapes stand for characters",
    arguments: [
      (#""""#, ""), (#""abc""#, "abc"), ("\"é日😀\"", "é日😀"),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0000""#, "\0"),
      (#""\u007f""#, "\u{7F}"),
      (#""\u0080""#, "\u{80}"), (#""\u07ff""#, "\u{7FF}"), (#""\u0800""#, "\u{800}"),
      (#""\ud7ff""#, "\u{D7FF}"), (#""\ue000""#, "\u{E000}"), (#""\uffff""#, "\u{FFFF}"),
      (#""\ud800\udc00""#, "\u{10000}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
      (#""\ud83d\ude00""#, "😀"), (#""a\u0062c""#, "abc"), (#""\\u0041""#, "\\u0041"),
      (#""12345678\n12345678\t""#, "12345678\n12345678\t"), (#""é\u00e9é""#, "ééé"),
      (#""\n\n\n\n""#, "\n\n\n\n"), (#""\u00410""#, "A0"),
    ]
  )
  func escapes(token: String, characters: String) throws {
    #expect(try self.characters(token) == characters)
  }

  @Test("any text comes back from what is written of it") func roundTrip() throws {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("ab\"\\/\n\t\u{0}\u{1F}\u{7F}é日😀\u{2028}xyz0123456789".unicodeScalars)
    for _ in 0..<2000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...80, using: &random) {
        text.append(alphabet.randomElement(using: &random) ?? "a")
      }
      let written = ReplyBuffer.text { $0.appendString(String(text)) }
      #expect(try characters(written) == String(text))
    }
  }

  @Test("a mebibyte of escapes is a third of that") func large() throws {
    let token = "\"" + String(repeating: "\\u20ac", count: 1 << 18) + "\""
    #expect(try characters(token) == String(repeating: "€", count: 1 << 18))
  }
}
