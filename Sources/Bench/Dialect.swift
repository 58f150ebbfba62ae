import ArgumentParser

/// What the clients speak.
enum Dialect: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// `TARGET:MESSAGE`.
  case plain
  /// `sotto.v1`: JSON, numbered, accepted and acknowledged.
  case v1

  /// What the upgrade offers; plain is spoken without an offer, too.
  var subprotocol: String? { self == .v1 ? "sotto.v1" : nil }
}
