import Testing

@testable import Messaging

@Suite("JSON escapes (RFC 8259 §7)") struct JSONEscapeTests {
  @Test("all four hexadecimal digits count, in upper and lower case") func digits() throws {
    for unit in UInt16.min...UInt16.max {
      let digits = String(unit, radix: 16)
      let padded = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      for text in [padded, "\\u" + padded.dropFirst(2).uppercased()] {
        let checked = try JSONEscape.check(Array(text.utf8).span, at: 0)
        #expect(checked.length == 6 && checked.unit == unit)
      }
    }
  }

  @Test("of single letters eight are escapes") func letters() {
    for letter in UInt8.min...UInt8.max where letter != UInt8(ascii: "u") {
      let text = [UInt8(ascii: "\\"), letter]
      let isEscape = "\"\\/bfnrt".utf8.contains(letter)
      #expect(((try? JSONEscape.check(text.span, at: 0)) != nil) == isEscape, "\(letter)")
    }
  }

  @Test("every pair of surrogates is a character", arguments: [0xD800, 0xD83D, 0xDBFF])
  func pairs(high: UInt16) {
    for low in UInt16(0xDC00)...0xDFFF {
      let text = Array("x\\u\(String(high, radix: 16))\\u\(String(low, radix: 16))".utf8)
      let (scalar, length) = JSONEscape.read(text.span, at: 1)
      #expect(Array(String(scalar).utf16) == [high, low])
      #expect(length == 12)
    }
  }

  @Test(
    "what is no escape is read as something",
    arguments: ["\\", "\\x", "\\u12", "\\ud800", "a"]
  )
  func garbage(text: String) {
    #expect(JSONEscape.read(Array(text.utf8).span, at: 0).scalar == "\u{FFFD}")
  }

  @Test("an escape that is cut short is incomplete", arguments: 1...5) func cut(count: Int) {
    let text = Array("\\u0041".utf8.prefix(count))
    #expect(throws: JSONEscape.Failure.incomplete) { try JSONEscape.check(text.span, at: 0) }
  }
}
