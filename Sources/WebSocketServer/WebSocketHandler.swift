public import WebSocketProtocol

/// What a WebSocket endpoint does.
///
/// One handler serves all the connections of its route.
///
/// All calls come on the loop's thread and not within one another: what a handler causes by its
/// own calls, such as the end of another socket, is told after it has returned.
public protocol WebSocketHandler: AnyObject {
  /// Judges an upgrade request; accepts every one unless implemented.
  func admit(_ request: UpgradeRequest, on server: Server) -> Admission
  /// A valid request is turned away; answers in HTTP unless implemented. A handler whose clients cannot
  /// see that, such as pages in browsers, can open the socket, say why, and close it.
  func refuse(
    _ request: UpgradeRequest,
    _ refusal: UpgradeRefusal,
    on server: Server
  ) -> Admission
  /// A whole message; text is valid UTF-8. The bytes are valid during the call only.
  func received(
    _ payload: Span<UInt8>,
    _ kind: MessageKind,
    from socket: WebSocket,
    tag: UInt32,
    on server: Server
  )
  /// The kernel has taken all that had piled up for a socket. Not called when nothing had.
  func drained(_ socket: WebSocket, tag: UInt32, on server: Server)
  /// The server goes down: all sockets are about to be closed with 1001.
  func shutDown(on server: Server)
  /// The socket has ended; the last call for it. `unsent` are the messages that had been accepted by
  /// `send` and that the kernel has not taken whole.
  func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  )
}

extension WebSocketHandler {
  /// Accepts.
  public func admit(_ request: UpgradeRequest, on server: Server) -> Admission { .accept() }
  /// Answers in HTTP.
  public func refuse(
    _ request: UpgradeRequest,
    _ refusal: UpgradeRefusal,
    on server: Server
  ) -> Admission { .refuse(refusal.response) }
  /// Does nothing.
  public func shutDown(on server: Server) {}
  /// Does nothing.
  public func drained(_ socket: WebSocket, tag: UInt32, on server: Server) {}
  /// Does nothing.
  public func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  ) {}
}

/// A request that asks to become a WebSocket.
public struct UpgradeRequest {
  /// The request as it came.
  public let request: HTTPRequest
  /// What the handshake offers (RFC 6455 §4.2.1).
  public let handshake: Handshake
  /// The path segments that the route's `{name}` placeholders and `**` stand for, decoded.
  public let parameters: [[UInt8]]
  /// Who connects; behind a trusted proxy, whom that proxy names.
  public let peer: IPAddress?
}

/// The answer to an ``UpgradeRequest``.
public enum Admission {
  /// Open it, with one of the offered subprotocols or none. `opened` is called when that is done; the
  /// number that it returns is the handler's own, its `tag` in all calls.
  case accept(subprotocol: String? = nil, opened: ((WebSocket) -> UInt32)? = nil)
  /// Answer this instead.
  case refuse(HTTPResponse)
}
