/// Why a connection ends (RFC 6455 §7.4).
public struct CloseCode: Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire.
  public let rawValue: UInt16

  /// Wraps any number; see ``mayBeReceived`` for those that a peer may send.
  public init(_ rawValue: UInt16) { self.rawValue = rawValue }

  /// 1000: the purpose is fulfilled.
  public static let normal = CloseCode(1000)
  /// 1001: a server goes down, or a page is left.
  public static let goingAway = CloseCode(1001)
  /// 1002: the peer broke the protocol.
  public static let protocolError = CloseCode(1002)
  /// 1003: a kind of data that cannot be accepted.
  public static let unsupportedData = CloseCode(1003)
  /// 1005: the close frame had no code; never on the wire.
  public static let noStatus = CloseCode(1005)
  /// 1006: the connection ended without a close frame; never on the wire.
  public static let abnormal = CloseCode(1006)
  /// 1007: text that is not UTF-8.
  public static let invalidPayload = CloseCode(1007)
  /// 1008: against the rules of this server.
  public static let policyViolation = CloseCode(1008)
  /// 1009: a message over the limit.
  public static let messageTooBig = CloseCode(1009)
  /// 1011: the server failed.
  public static let internalError = CloseCode(1011)

  /// Whether a close frame may carry it (§7.4.1, §7.4.2 and the IANA registry).
  ///
  /// 1004, 1005, 1006 and 1015 are reserved and must not be sent; 1012 to 1014 were registered after
  /// the RFC; 3000 to 3999 are for libraries and 4000 to 4999 for applications.
  public var mayBeReceived: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }

  /// The number.
  public var description: String { "\(rawValue)" }
}
