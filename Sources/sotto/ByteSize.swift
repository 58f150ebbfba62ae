extension ArgumentSyntax where Value == Int {
  /// A number of bytes, with or without a unit (`65536`, `64KiB`), from 1 to `limit`.
  ///
  /// `64k` and `64KB` are refused, since half of the world means 64,000 by them.
  static func bytes(upTo limit: Int) -> Self {
    Self(
      placeholder: "bytes",
      allowed: "1 to \(description(ofBytes: limit)), as bytes or with KiB, MiB or GiB (64KiB)",
      parse: { text in
        let digits = text.prefix(while: { $0.isASCII && $0.isNumber })
        let suffix = text.dropFirst(digits.count).lowercased()
        let unit = units.first { $0.name.lowercased() == (suffix.isEmpty ? "b" : suffix) }
        guard let number = Int(digits), let unit else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.size)
        return !overflow && (1...limit).contains(bytes) ? bytes : nil
      },
      describe: description(ofBytes:)
    )
  }

  private static var units: [(name: String, size: Int)] {
    [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]
  }

  /// Writes a size with the largest unit that leaves a whole number: `16MiB`, `1000B`.
  private static func description(ofBytes bytes: Int) -> String {
    for unit in units where bytes.isMultiple(of: unit.size) {
      return "\(bytes / unit.size)\(unit.name)"
    }
    return "\(bytes)B"
  }
}
