public import WebSocketProtocol

/// One open WebSocket of a ``Server``: a number, as a file descriptor is one.
///
/// It can be copied and kept at no cost, keeps nothing alive, and never means another connection:
/// what is asked of a socket that has ended does nothing.
public struct WebSocket: Hashable, Sendable, CustomStringConvertible {
  let slot: UInt32
  let generation: UInt32

  init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// The socket that ``rawValue`` was taken from.
  public init(rawValue: UInt64) {
    slot = UInt32(truncatingIfNeeded: rawValue)
    generation = UInt32(truncatingIfNeeded: rawValue >> 32)
  }

  /// Slot and generation, for the log.
  public var description: String { "\(slot).\(generation)" }

  /// The same as one number, for tables of others.
  public var rawValue: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

extension Server {
  /// Whether messages can be sent to the socket; false from its end on, even before the handler is told.
  public func isOpen(_ socket: WebSocket) -> Bool {
    table.with(socket) { $0.isOpenForMessages } ?? false
  }

  /// Whether the kernel did not take all that was written to the socket: the handler's `drained` comes
  /// when it has.
  public func isBlocked(_ socket: WebSocket) -> Bool {
    table.with(socket) { $0.outbound.queue != nil } ?? false
  }
}

/// How a WebSocket ended, told once to its ``WebSocketHandler``.
public enum WebSocketEnd: Equatable, Sendable {
  /// The peer closed: its close code and reason (RFC 6455 §5.5.1), or 1005 when it gave none.
  case closedByPeer(CloseCode, reason: String)
  /// The connection ended without a close frame: FIN, RST or an error of the network.
  case disconnected
  /// This end closed, by `Server.close` or because the peer broke the protocol.
  case closedHere(CloseCode)
  /// Nothing was heard for the heartbeat's interval and timeout.
  case lost
  /// It read too slowly: more than ``ServerConfiguration/queueBytes`` would have been waiting.
  case slow
}

/// The end of a socket that its handler has not been told yet.
struct EndedSocket {
  let socket: WebSocket
  var tag: UInt32
  let handler: any WebSocketHandler
  let end: WebSocketEnd
  let unsent: [UnsentMessage]
}

extension CloseCode {
  /// 4201: the client may come back at once.
  static let heartbeatMissed = CloseCode(4201)
  /// 4202: the client may come back at once; it is too slow for what is sent to it.
  static let readsTooSlowly = CloseCode(4202)
}
