import MessagingService

extension ArgumentSyntax where Value == String {
  /// A word that can stand in `Authorization: Bearer …`.
  static var token: Self {
    Self(
      placeholder: "token",
      allowed: "visible ASCII characters without spaces",
      parse: { AdminToken($0) == nil ? nil : $0 }
    )
  }
}
