extension ArgumentSyntax where Value == Duration {
  /// A whole number with a unit: `30s`, `15m`, `12h`, `7d`, up to `days`.
  static func timeSpan(upToDays days: Int) -> Self {
    Self(
      placeholder: "duration",
      allowed: "1s to \(days)d, a whole number with s, m, h or d (12h)",
      parse: { text in
        guard let unit = units.first(where: { text.hasSuffix($0.name) }),
          let number = Int(text.dropLast()), number > 0
        else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit.seconds)
        guard text.utf8.first.map({ 0x30...0x39 ~= $0 }) ?? false, !overflow,
          seconds <= days * 86_400
        else { return nil }
        return .seconds(seconds)
      },
      describe: { duration in
        let seconds = Int(duration.components.seconds)
        for unit in units.reversed() where seconds.isMultiple(of: unit.seconds) {
          return "\(seconds / unit.seconds)\(unit.name)"
        }
        return "\(seconds)s"
      }
    )
  }

  private static var units: [(name: String, seconds: Int)] {
    [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]
  }
}
