extension ArgumentSyntax where Value == String {
  /// A folder's path; whether it exists shows when it is opened.
  static var folder: Self {
    Self(
      placeholder: "dir",
      // A path that looks like a flag is more likely a forgotten value.
      allowed: "the path of a folder (./-name when it begins with a hyphen)",
      parse: { $0.isEmpty || $0.hasPrefix("-") || $0.contains("\0") ? nil : $0 }
    )
  }
}
