/// base64url without padding (RFC 7515 §2, RFC 4648 §5), read strictly: each row of bytes has one spelling.
public enum Base64URL {
  /// The bytes that `text` stands for; `nil` for other letters, padding, an impossible length, or bits
  /// that are set behind the last byte.
  public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    // One letter alone has six bits, which is no byte.
    guard text.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 3 / 4)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for index in 0..<text.count {
      guard let value = value(of: text[index]) else { return nil }
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      bits &= (1 << count) - 1
    }
    // RFC 4648 §3.5: what is left over is zero, or the same bytes would have several spellings.
    return bits == 0 ? bytes : nil
  }

  /// The spelling of `bytes`.
  public static func encode(_ bytes: Span<UInt8>) -> String {
    var letters: [UInt8] = []
    letters.reserveCapacity(bytes.count * 4 / 3 + 1)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for index in 0..<bytes.count {
      bits = (bits << 8 | UInt32(bytes[index])) & 0xFFFF
      count += 8
      while count >= 6 {
        count -= 6
        letters.append(letter(of: bits >> count & 63))
      }
    }
    if count > 0 { letters.append(letter(of: bits << (6 - count) & 63)) }
    return String(decoding: letters, as: UTF8.self)
  }

  private static func value(of letter: UInt8) -> UInt32? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }

  private static func letter(of value: UInt32) -> UInt8 {
    let value = UInt8(value)
    return switch value {
    case ..<26: UInt8(ascii: "A") + value
    case ..<52: UInt8(ascii: "a") + value - 26
    case ..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "-")
    default: UInt8(ascii: "_")
    }
  }
}
