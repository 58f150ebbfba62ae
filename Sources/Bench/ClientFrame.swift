import WebSocketProtocol

/// Frames as a client sends them, masked (RFC 6455 §5.3).
enum ClientFrame {
  /// The key of every frame.
  ///
  /// A real client takes a fresh one each time, against proxies; a server's work is the same with one.
  private static let keyBytes: [UInt8] = [0x5A, 0xC3, 0x17, 0x8E]

  /// The header of a masked frame: 6, 8 or 14 bytes, the last four the key.
  static func header(_ opcode: Opcode, payloadCount: Int) -> [UInt8] {
    var bytes = FrameHeader.encode(opcode, payloadCount: payloadCount).bytes
    bytes[1] |= 0x80
    return bytes + keyBytes
  }

  /// A whole frame.
  static func encode(_ opcode: Opcode, _ payload: [UInt8]) -> [UInt8] {
    header(opcode, payloadCount: payload.count) + masked(payload)
  }

  /// The payload as it goes over the wire.
  ///
  /// - Parameter offset: Bytes of the frame's payload that go before it.
  static func masked(_ payload: [UInt8], after offset: Int = 0) -> [UInt8] {
    var bytes = payload
    let key = MaskingKey(keyBytes[0], keyBytes[1], keyBytes[2], keyBytes[3])
    var span = bytes.mutableSpan
    Masking.apply(key.advanced(by: offset), to: &span, in: 0..<payload.count)
    return bytes
  }
}
