import Testing

@testable import sotto

@Suite("Escaping") struct StringEscapingTests {
  @Test(
    "what could end a line, hide a part or command a terminal is escaped",
    arguments: [
      ("a\nb", "a\\nb"), ("a\r\nb", "a\\r\\nb"), ("\t", "\\t"), ("\0", "\\u0000"),
      ("\u{1b}[31m", "\\u001b[31m"), ("\u{7f}", "\\u007f"), ("\u{85}", "\\u0085"),
      ("\u{9b}", "\\u009b"), ("\u{2028}\u{2029}", "\\u2028\\u2029"), ("\u{202e}", "\\u202e"),
      ("\u{e0001}", "\\udb40\\udc01"),
    ]
  )
  func escapes(text: String, escaped: String) {
    #expect(text.escapingControls == escaped)
    #expect(text.jsonQuoted == "\"\(escaped)\"")
  }

  @Test("other text stays as it is", arguments: ["", "plain", "Grüße, 世界 🎈", "a=b c"])
  func keeps(text: String) {
    #expect(text.escapingControls == text)
    #expect(text.jsonQuoted == "\"\(text)\"")
  }

  @Test("JSON escapes quotation marks and backslashes, too") func quotes() {
    #expect("a\"b\\c".jsonQuoted == "\"a\\\"b\\\\c\"")
    #expect("a\"b\\c".escapingControls == "a\"b\\c")
  }
}
