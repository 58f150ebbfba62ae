import Testing

@testable import WebSocketProtocol

@Suite("Grammar (RFC 9110 §5)") struct GrammarTests {
  @Test("character classes hold what the grammar lists") func classes() {
    func members(_ isInClass: (UInt8) -> Bool) -> [UInt8] { (0...255).filter(isInClass) }
    let tokens = "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"
    #expect(members(\.isTokenCharacter) == Array(tokens.utf8))
    #expect(members(\.isFieldCharacter) == [0x09] + Array(0x20...0x7e) + Array(0x80...0xff))
    #expect(members(\.isTargetCharacter) == [0x21, 0x22] + Array(0x24...0x7e))
    #expect(members { $0.hexadecimalValue != nil } == Array("0123456789ABCDEFabcdef".utf8))
  }

  @Test(
    "numbers stop growing at the largest Int",
    arguments: [
      ("0", 0), ("007", 7), ("9223372036854775807", .max), ("9223372036854775808", .max),
      ("18446744073709551617", .max), ("99999999999999999999990", .max), ("", nil), ("1a", nil),
      ("+1", nil), ("-1", nil), (" 1", nil),
    ] as [(String, Int?)]
  )
  func decimalNumber(text: String, number: Int?) {
    #expect(text.decimalNumber == number)
  }

  @Test("only ASCII letters are alike in both cases") func equalsIgnoringCase() {
    #expect("Upgrade".equalsIgnoringCase("uPGRADE"))
    #expect(!"[".equalsIgnoringCase("{"))
    #expect(!"É".equalsIgnoringCase("é"))
    #expect(!"a".equalsIgnoringCase("ab"))
  }

  @Test(
    "a list is split at its commas, without blanks",
    arguments: [
      ("a", ["a"]), (" \ta b\t ,c", ["a b", "c"]), (" , ", ["", ""]), ("", [""]),
      ("a,\u{301}b", ["a", "\u{301}b"]),
    ]
  )
  func members(text: String, expected: [String]) {
    #expect(text.members == expected)
  }
}
