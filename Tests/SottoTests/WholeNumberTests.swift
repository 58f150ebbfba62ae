import Testing

@testable import sotto

@Suite("Whole number") struct WholeNumberTests {
  let syntax = ArgumentSyntax<Int>.number(1...65535)

  @Test("both ends of the range are in it", arguments: [("1", 1), ("65535", 65535), ("080", 80)])
  func allowed(text: String, value: Int) {
    #expect(syntax.parse(text) == value)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "0", "65536", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "٣", "a",
      "99999999999999999999",
    ]
  )
  func refused(text: String) {
    #expect(syntax.parse(text) == nil)
  }

  @Test("the range is what is said to be allowed") func sentence() {
    #expect(syntax.allowed == "a whole number from 1 to 65535")
  }
}
