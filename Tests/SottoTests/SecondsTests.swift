import Testing

@testable import sotto

@Suite("Seconds") struct SecondsTests {
  let syntax = ArgumentSyntax<Duration>.seconds(upTo: 3600)

  @Test(
    "seconds are decimals to the millisecond",
    arguments: [
      ("0", 0), ("0.0", 0), ("0.001", 1), ("0.2", 200), ("0.20", 200), ("0.2000", 200),
      ("1.05", 1050), ("10", 10_000), ("010", 10_000), ("3599.999", 3_599_999), ("3600", 3_600_000),
      ("3600.000", 3_600_000),
    ]
  )
  func allowed(text: String, milliseconds: Int) {
    #expect(syntax.parse(text) == .milliseconds(milliseconds))
  }

  @Test(
    "what is too long, too fine or no decimal is refused",
    arguments: [
      "", "3600.001", "3601", "0.0001", "0.0005", "-1", "-0", "+1", "-0.001", ".5", "5.", ".",
      "1,5",
      "1.2.3", "1s", "1 ", " 1", "nan", "NaN", "inf", "-inf", "infinity", "1e1", "1e99", "0x1p3",
      "٣",
      "9223372036854775807", "9223372036854775.807", "99999999999999999999", "1.-5", "1.+5",
    ]
  )
  func refused(text: String) {
    #expect(syntax.parse(text) == nil)
  }

  @Test(
    "a default is written as it would be typed",
    arguments: [(0, "0"), (200, "0.2"), (1050, "1.05"), (1, "0.001"), (10_000, "10")]
  )
  func describes(milliseconds: Int, text: String) {
    #expect(syntax.describe(.milliseconds(milliseconds)) == text)
  }

  @Test("the limit is said to be allowed") func sentence() {
    #expect(
      syntax.allowed == "seconds from 0 to 3600 with at most three decimals, such as 0.2"
    )
  }
}
