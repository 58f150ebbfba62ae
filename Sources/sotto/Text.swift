extension ArgumentSyntax where Value == String {
  /// Any text but an empty one.
  static func text(_ placeholder: String) -> Self {
    Self(
      placeholder: placeholder,
      allowed: "any text but an empty one",
      parse: { $0.isEmpty ? nil : $0 }
    )
  }

  /// Any text at all: a wrong one must not be quoted, so it is judged later.
  static func secret(_ placeholder: String) -> Self {
    Self(placeholder: placeholder, allowed: "any text", parse: { $0 })
  }
}
