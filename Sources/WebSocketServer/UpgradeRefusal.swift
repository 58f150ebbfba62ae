public import WebSocketProtocol

/// Why the server itself turns a valid upgrade request away; see ``WebSocketHandler/refuse(_:_:on:)``.
public enum UpgradeRefusal: Equatable, Sendable, CaseIterable {
  /// Pages of this origin may not connect (``ServerConfiguration/origins``).
  case foreignOrigin
  /// There are as many connections as may be (``ServerConfiguration/connections``).
  case tooManyConnections
  /// There are as many from this address as may be (``ServerConfiguration/connectionsPerAddress``).
  case tooManyFromAddress

  /// The answer in HTTP: 403, 503 or 429.
  public var response: HTTPResponse {
    switch self {
    case .foreignOrigin:
      .text(
        .forbidden,
        "Pages of this origin may not connect; allow it by --allowed-origin."
      )
    case .tooManyConnections:
      .text(.serviceUnavailable, "There are too many connections here.")
    case .tooManyFromAddress:
      .text(.tooManyRequests, "There are too many connections from your address.")
    }
  }
}
