/// What a frame carries (RFC 6455 §5.2, §11.8).
public enum Opcode: UInt8, Sendable {
  /// The next fragment of the message that is under way.
  case continuation = 0x0
  /// A text message, or its first fragment; UTF-8.
  case text = 0x1
  /// A binary message, or its first fragment.
  case binary = 0x2
  /// The end of the conversation, with a code and a reason.
  case close = 0x8
  /// A question whether the peer is there.
  case ping = 0x9
  /// The answer to a ping.
  case pong = 0xA

  /// Whether it is a control frame: never fragmented, at most 125 bytes (§5.5).
  @inlinable public var isControl: Bool { rawValue & 0x8 != 0 }
}

/// The two kinds of message (RFC 6455 §5.6).
public enum MessageKind: Sendable {
  /// UTF-8 text; valid by the time that a handler sees it.
  case text
  /// Any bytes.
  case binary

  /// The opcode of a message that is not fragmented.
  @inlinable public var opcode: Opcode { self == .text ? .text : .binary }
}

/// The two ends of a connection, which differ in who masks (RFC 6455 §5.1).
public enum Role: Sendable {
  /// Receives masked frames and sends unmasked ones.
  case server
  /// Receives unmasked frames and sends masked ones.
  case client
}
