import WebSocketServer

/// What is spoken on a connection, settled by `Sec-WebSocket-Protocol`.
enum Subprotocol: String, CaseIterable {
  /// `TARGET:MESSAGE`, as the simplest page speaks it.
  case plain = "sotto.plain"
  /// JSON with a `type`; messages are numbered, kept and acknowledged.
  case v1 = "sotto.v1"

  /// The first of the offered names that is known; plain when none is offered, `nil` when none is known.
  static func negotiate(_ offered: [String]) -> (spoken: Subprotocol, answer: String?)? {
    guard !offered.isEmpty else { return (.plain, nil) }
    for name in offered {
      if let known = Subprotocol(rawValue: name) { return (known, name) }
    }
    return nil
  }

  /// The sentence for a client that offers others only: a browser fails without an answer anyway.
  static var refusal: String {
    "None of the offered subprotocols is spoken here; known: "
      + allCases.map(\.rawValue).joined(separator: ", ") + "."
  }
}
