import Testing

@testable import sotto

@Suite("Time span") struct TimeSpanTests {
  let syntax = ArgumentSyntax<Duration>.timeSpan(upToDays: 10)

  @Test(
    "a whole number with a unit",
    arguments: [("1s", 1), ("90s", 90), ("2m", 120), ("12h", 43_200), ("10d", 864_000)]
  )
  func allowed(text: String, seconds: Int) {
    #expect(syntax.parse(text) == .seconds(seconds))
  }

  @Test(
    "what has no unit, is nothing or too long is refused",
    arguments: [
      "", "s", "1", "0s", "-1s", "+1s", "1.5h", "11d", "864001s", "1w", "1 d", " 1d", "1D",
      "9223372036854775807d", "99999999999999999999s", "٣d",
    ]
  )
  func refused(text: String) {
    #expect(syntax.parse(text) == nil)
  }

  @Test("a default is written as it would be typed", arguments: [(604_800, "7d"), (5400, "90m")])
  func describes(seconds: Int, text: String) {
    #expect(syntax.describe(.seconds(seconds)) == text)
  }
}
