/// 32 bits as eight letters from `A` to `P`, so that a number can stand in text at a fixed length.
///
/// Four bits make a letter, the lowest first. The word holds the letters in the order of the wire, the
/// first one lowest.
enum Letters {
  private static let base: UInt64 = 0x4141_4141_4141_4141

  /// The letters of a number.
  @inline(__always) static func encode(_ number: UInt32) -> UInt64 {
    // Halves, quarters and eighths of the number move apart until each has a byte of its own.
    var word = UInt64(number)
    word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
    word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
    word = (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
    return word &+ base
  }

  /// The number; `nil` when one of the bytes is no such letter.
  @inline(__always) static func decode(_ letters: UInt64) -> UInt32? {
    var word = letters &- base
    guard word & 0xF0F0_F0F0_F0F0_F0F0 == 0 else { return nil }
    word = (word | word >> 4) & 0x00FF_00FF_00FF_00FF
    word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
    return UInt32(truncatingIfNeeded: word | word >> 16)
  }

  /// The letters of a number one by one.
  static func bytes(of number: UInt32) -> [UInt8] {
    let word = encode(number)
    return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
  }
}
