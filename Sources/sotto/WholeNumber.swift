extension ArgumentSyntax where Value == Int {
  /// A whole number in decimal digits, within `range`.
  static func number(_ range: ClosedRange<Int>) -> Self {
    Self(
      placeholder: "n",
      allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      parse: { text in
        guard text.isDecimal, let number = Int(text), range.contains(number) else { return nil }
        return number
      }
    )
  }
}

extension StringProtocol {
  /// Whether this is nothing but ASCII digits: `Int("+1")` is a number, but hardly what was meant.
  var isDecimal: Bool {
    !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
