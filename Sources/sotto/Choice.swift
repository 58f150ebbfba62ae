extension ArgumentSyntax where Value: RawRepresentable & Sendable, Value.RawValue == String {
  /// One of a few words.
  static func oneOf(_ values: [Value]) -> Self {
    let words = values.map(\.rawValue)
    return Self(
      placeholder: words.joined(separator: "|"),
      allowed: words.joined(separator: ", "),
      parse: { text in values.first { $0.rawValue == text } },
      describe: { $0.rawValue }
    )
  }
}
