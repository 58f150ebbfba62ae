/// How a peer can break RFC 6455.
///
/// The connection is to be failed with ``closeCode`` (§7.1.7).
public enum ProtocolError: Error, Equatable, Sendable {
  /// A reserved bit is set, and no extension gave it a meaning (§5.2).
  case reservedBits
  /// 0x3–0x7 or 0xB–0xF (§5.2).
  case unknownOpcode(UInt8)
  /// A client that does not mask (§5.1).
  case unmasked
  /// A server that masks (§5.1).
  case masked
  /// A control frame with FIN clear (§5.5).
  case fragmentedControl
  /// A control frame of more than 125 bytes (§5.5).
  case controlTooLong
  /// A length in more bytes than it needs, or with its top bit set (§5.2).
  case invalidLength
  /// A continuation with nothing to continue (§5.4).
  case unexpectedContinuation
  /// A new message before the last fragment of the one under way (§5.4).
  case expectedContinuation
  /// A message, or the declared length of one, over ``Limits/messageBytes``.
  case messageTooBig
  /// Text, or the reason of a close frame, that is not UTF-8 (§8.1).
  case invalidUTF8
  /// A compressed message that cannot be inflated (RFC 7692 §7.2.2).
  case invalidCompressedData
  /// A close frame of one byte, or with a code that must not be sent (§5.5.1, §7.4).
  case invalidClose

  /// The code that tells the peer (§7.4.1).
  public var closeCode: CloseCode {
    switch self {
    case .messageTooBig: .messageTooBig
    case .invalidUTF8, .invalidCompressedData: .invalidPayload
    default: .protocolError
    }
  }

  /// The reason that goes with it: at most 32 ASCII bytes.
  public var reason: String {
    switch self {
    case .reservedBits: "reserved bits set"
    case .unknownOpcode: "unknown opcode"
    case .unmasked: "frame not masked"
    case .masked: "frame masked"
    case .fragmentedControl: "fragmented control frame"
    case .controlTooLong: "control frame too long"
    case .invalidLength: "invalid length"
    case .unexpectedContinuation: "nothing to continue"
    case .expectedContinuation: "continuation expected"
    case .messageTooBig: "message too big"
    case .invalidUTF8: "invalid UTF-8"
    case .invalidCompressedData: "invalid compressed data"
    case .invalidClose: "invalid close frame"
    }
  }
}
