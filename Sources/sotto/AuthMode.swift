/// What `--auth` may be.
enum AuthMode: String, Sendable, CaseIterable {
  /// Anybody may connect as any client.
  case none
  /// Clients show a JSON Web Token for their id.
  case jwt
}
