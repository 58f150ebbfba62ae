/// Judges UTF-8 that arrives in pieces and fails at the first byte that cannot be right (RFC 3629).
public struct UTF8Validator: Sendable {
  /// Continuation bytes that the character under way still needs: 0 to 3.
  private var needed: UInt8 = 0
  /// The bounds of the next one: narrower after E0, ED, F0 and F4 (RFC 3629 §4).
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF

  /// Starts at the beginning of a text.
  public init() {}

  /// Whether the text may end here.
  public var isComplete: Bool { needed == 0 }

  /// Takes the next piece of the text.
  ///
  /// - Returns: false when no text can begin like that.
  public mutating func accept(_ bytes: Span<UInt8>) -> Bool {
    var start = 0
    while needed > 0, start < bytes.count {
      guard step(bytes[start]) else { return false }
      start += 1
    }
    guard start < bytes.count else { return true }
    // All but a character that the end cuts in two is left to the standard library, which is fast.
    let end = bytes.count - Self.cutCharacter(bytes, from: start)
    guard Self.isValid(bytes.extracting(start..<end)) else { return false }
    for index in end..<bytes.count {
      guard step(bytes[index]) else { return false }
    }
    return true
  }

  /// Whether a whole text is UTF-8.
  @inlinable public static func isValid(_ bytes: Span<UInt8>) -> Bool {
    (try? UTF8Span(validating: bytes)) != nil
  }

  /// How many bytes at the end begin a character whose other bytes are still to come: 0 to 3.
  private static func cutCharacter(_ bytes: Span<UInt8>, from start: Int) -> Int {
    for back in 1...3 where bytes.count - back >= start {
      switch bytes[bytes.count - back] {
      case 0x80...0xBF: continue
      case 0xC2...0xDF: return back < 2 ? back : 0
      case 0xE0...0xEF: return back < 3 ? back : 0
      case 0xF0...0xF4: return back
      default: return 0
      }
    }
    return 0
  }

  /// One byte of a character that is cut (the table of RFC 3629 §4).
  private mutating func step(_ byte: UInt8) -> Bool {
    if needed > 0 {
      guard lower <= byte, byte <= upper else { return false }
      needed -= 1
      (lower, upper) = (0x80, 0xBF)
      return true
    }
    switch byte {
    case 0x00...0x7F: return true
    case 0xC2...0xDF: needed = 1
    case 0xE0...0xEF: needed = 2
    case 0xF0...0xF4: needed = 3
    default: return false
    }
    switch byte {
    case 0xE0: lower = 0xA0
    case 0xED: upper = 0x9F  // no surrogates
    case 0xF0: lower = 0x90
    case 0xF4: upper = 0x8F  // nothing above U+10FFFF
    default: break
    }
    return true
  }
}
