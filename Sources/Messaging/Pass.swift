/// What the token of a connection allows, and for how long.
public struct Pass: Sendable {
  /// When it ends, ms since 1970.
  public let end: UInt64
  /// Whom its owner may write to and watch; `nil` for everybody.
  public let peers: PeerBounds?

  /// Puts one together.
  public init(end: UInt64, peers: PeerBounds? = nil) {
    self.end = end
    self.peers = peers
  }
}

/// Who knows whether a token is good: for clients that present a fresh one while they are connected.
public protocol Authenticator: AnyObject {
  /// What a token allows to a client; `nil` when it is not good for it.
  ///
  /// - Parameter time: ms since 1970.
  func pass(for token: Span<UInt8>, of client: ClientID, at time: UInt64) -> Pass?
}
