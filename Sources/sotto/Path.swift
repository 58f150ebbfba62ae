extension ArgumentSyntax where Value == String {
  /// A folder's path; whether it exists shows when it is opened.
  static var folder: Self { path(of: "folder", placeholder: "dir") }

  /// A file's path; the same holds.
  static var file: Self { path(of: "file", placeholder: "file") }

  private static func path(of kind: String, placeholder: String) -> Self {
    Self(
      placeholder: placeholder,
      // A path that looks like a flag is more likely a forgotten value.
      allowed: "the path of a \(kind) (./-name when it begins with a hyphen)",
      parse: { $0.isEmpty || $0.hasPrefix("-") || $0.contains("\0") ? nil : $0 }
    )
  }
}
