/// The first 2–14 bytes of a frame (RFC 6455 §5.2).
///
///     0: FIN RSV1 RSV2 RSV3 opcode(4)   1: MASK length(7)   [2 | 8 bytes length, big-endian]   [4 bytes key]
public struct FrameHeader: Equatable, Sendable {
  /// The longest header: 2 bytes, 8 of length, 4 of key.
  public static let maximumCount = 14

  /// What the frame carries.
  public let opcode: Opcode
  /// Whether RSV1 is set: the payload is the first part of a compressed message (RFC 7692 §6).
  public let isCompressed: Bool
  /// Whether it is the last of its message.
  public let isFinal: Bool
  /// Bytes of payload that follow.
  public let payloadCount: Int
  /// The key, if the payload is masked.
  public let maskingKey: MaskingKey?
  /// Bytes of the header itself.
  public let count: Int

  /// Reads a header at `offset`; `nil` when more bytes are needed.
  ///
  /// What is there is judged at once, so that a wrong first byte does not wait for the second.
  ///
  /// - Parameters:
  ///   - role: Who sent it, which says whether it must be masked (§5.1).
  ///   - room: Bytes that a data frame may still hold.
  /// - Throws: `ProtocolError` for what is wrong by itself, whatever went before.
  @inlinable public init?(
    _ bytes: Span<UInt8>,
    at offset: Int,
    from role: Role,
    room: Int
  ) throws(ProtocolError) {
    guard offset < bytes.count else { return nil }
    let first = bytes[offset]
    guard first & 0x70 == 0 else { throw .reservedBits }
    try self.init(first, bytes, at: offset, from: role, room: room)
  }

  /// The same where compression was agreed (RFC 7692 §6).
  ///
  /// - Parameter compressedRoom: Bytes that a compressed frame may hold.
  public init?(
    _ bytes: Span<UInt8>,
    at offset: Int,
    from role: Role,
    room: Int,
    compressedRoom: Int
  ) throws(ProtocolError) {
    guard offset < bytes.count else { return nil }
    let first = bytes[offset]
    // "An endpoint MUST NOT set the 'Per-Message Compressed' bit of control frames and non-first
    // fragments of a data message."
    let isCompressed = first & 0x7F == 0x41 || first & 0x7F == 0x42
    guard first & 0x70 == 0 || isCompressed else { throw .reservedBits }
    try self.init(
      first,
      bytes,
      at: offset,
      from: role,
      room: isCompressed ? compressedRoom : room
    )
  }

  /// The same whether compression was agreed or not.
  init?(
    _ bytes: Span<UInt8>,
    at offset: Int,
    from role: Role,
    room: Int,
    _ compressedRoom: Int?
  ) throws(ProtocolError) {
    if let compressedRoom {
      try self.init(bytes, at: offset, from: role, room: room, compressedRoom: compressedRoom)
    } else {
      try self.init(bytes, at: offset, from: role, room: room)
    }
  }

  /// Reads what follows a first byte whose reserved bits are right.
  @inlinable @inline(__always) init?(
    _ first: UInt8,
    _ bytes: Span<UInt8>,
    at offset: Int,
    from role: Role,
    room: Int
  ) throws(ProtocolError) {
    let available = bytes.count - offset
    guard let opcode = Opcode(rawValue: first & 0x0F) else { throw .unknownOpcode(first & 0x0F) }
    let isFinal = first & 0x80 != 0
    guard isFinal || !opcode.isControl else { throw .fragmentedControl }
    guard available >= 2 else { return nil }

    let second = bytes[offset + 1]
    let isMasked = second & 0x80 != 0
    guard isMasked == (role == .client) else { throw role == .client ? .unmasked : .masked }
    var length = UInt64(second & 0x7F)
    var count = 2
    if length > 125 {
      guard !opcode.isControl else { throw .controlTooLong }
      let isShort = length == 126
      count = isShort ? 4 : 10
      guard available >= count else { return nil }
      length = 0
      for index in 2..<count { length = length << 8 | UInt64(bytes[offset + index]) }
      // "the minimal number of bytes MUST be used", "the most significant bit MUST be 0".
      guard isShort ? length > 125 : length > 0xFFFF && length >> 63 == 0 else {
        throw .invalidLength
      }
    }
    // Compared before anything is added to it: a length near Int.max must not overflow. And judged
    // before the key has come: nothing of such a frame is worth waiting for.
    guard length <= room || opcode.isControl else { throw .messageTooBig }
    var key: MaskingKey?
    if isMasked {
      guard available >= count + 4 else { return nil }
      let start = offset + count
      key = MaskingKey(bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
      count += 4
    }
    self.opcode = opcode
    self.isCompressed = first & 0x40 != 0
    self.isFinal = isFinal
    self.payloadCount = Int(length)
    self.maskingKey = key
    self.count = count
  }

  /// What a server puts in front of a payload: 2, 4 or 10 bytes.
  @frozen public struct Encoded: Equatable, Sendable {
    /// The first eight bytes, the first one lowest.
    public let low: UInt64
    /// The last two of ten.
    public let high: UInt16
    /// How many of them count.
    public let count: Int

    /// Wraps bytes.
    @inlinable public init(low: UInt64, high: UInt16, count: Int) {
      self.low = low
      self.high = high
      self.count = count
    }
  }

  /// Writes the header of an unmasked frame.
  @inlinable @inline(__always) public static func encode(
    _ opcode: Opcode,
    payloadCount: Int,
    isFinal: Bool = true,
    isCompressed: Bool = false
  ) -> Encoded {
    let first = UInt64(opcode.rawValue) | (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0)
    if payloadCount < 126 {
      return Encoded(low: first | UInt64(payloadCount) << 8, high: 0, count: 2)
    }
    if payloadCount <= 0xFFFF {
      let length = UInt64(UInt16(payloadCount).byteSwapped)
      return Encoded(low: first | 126 << 8 | length << 16, high: 0, count: 4)
    }
    let length = UInt64(payloadCount).byteSwapped
    return Encoded(
      low: first | 127 << 8 | length << 16,
      high: UInt16(truncatingIfNeeded: length >> 48),
      count: 10
    )
  }
}

extension FrameHeader.Encoded {
  /// The bytes one by one, for whoever is not in a hurry.
  public var bytes: [UInt8] {
    var low = low
    var bytes: [UInt8] = []
    for _ in 0..<min(count, 8) {
      bytes.append(UInt8(truncatingIfNeeded: low))
      low >>= 8
    }
    if count == 10 { bytes += [UInt8(truncatingIfNeeded: high), UInt8(high >> 8)] }
    return bytes
  }
}
