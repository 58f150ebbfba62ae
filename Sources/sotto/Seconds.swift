extension ArgumentSyntax where Value == Duration {
  /// Seconds in decimal notation, from 0 to `limit`, to the millisecond.
  ///
  /// The loop's timers count milliseconds. A finer value is refused and not rounded: 0.0001 would
  /// become 0, which for a heartbeat means "off".
  static func seconds(upTo limit: Int) -> Self {
    Self(
      placeholder: "seconds",
      allowed: "seconds from 0 to \(limit) with at most three decimals, such as 0.2",
      parse: { text in
        guard
          let milliseconds = milliseconds(in: text), milliseconds <= limit * 1000
        else { return nil }
        return .milliseconds(milliseconds)
      },
      describe: description(of:)
    )
  }

  // Integers all the way: no NaN, no infinity, no 0.30000000000000004.
  private static func milliseconds(in text: String) -> Int? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].isDecimal, let seconds = Int(parts[0]) else { return nil }
    var fraction = 0
    if parts.count == 2 {
      guard parts[1].isDecimal else { return nil }
      let digits = Array(parts[1].utf8)
      guard digits.dropFirst(3).allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
      for place in 0..<3 {
        fraction *= 10
        if place < digits.count { fraction += Int(digits[place] - UInt8(ascii: "0")) }
      }
    }
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    let (milliseconds, carry) = whole.addingReportingOverflow(fraction)
    return overflow || carry ? nil : milliseconds
  }

  private static func description(of duration: Duration) -> String {
    let milliseconds = Int(duration / .milliseconds(1))
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    let decimals = fraction.reversed().drop(while: { $0 == "0" }).reversed()
    return "\(milliseconds / 1000)" + (decimals.isEmpty ? "" : ".\(String(decimals))")
  }
}
