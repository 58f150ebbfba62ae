/// The escapes of JSON strings (RFC 8259 §7).
enum JSONEscape {
  /// What is wrong with an escape.
  enum Failure: Error, Equatable {
    /// The byte at this offset cannot stand there.
    case unexpected(offset: Int)
    /// The text ends within it.
    case incomplete
  }

  /// The length of the escape at `offset`, six bytes at most, and whether it is half of a pair.
  ///
  /// - Returns: for `\u` and four digits the code unit, for others `nil`.
  static func check(
    _ text: Span<UInt8>,
    at offset: Int
  ) throws(Failure) -> (length: Int, unit: UInt16?) {
    guard offset + 1 < text.count else { throw .incomplete }
    switch text[offset + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return (2, nil)
    case UInt8(ascii: "u"):
      var unit: UInt16 = 0
      for place in offset + 2..<offset + 6 {
        guard place < text.count else { throw .incomplete }
        guard let digit = hexValue(text[place]) else { throw .unexpected(offset: place) }
        unit = unit << 4 | UInt16(digit)
      }
      return (6, unit)
    default: throw .unexpected(offset: offset + 1)
    }
  }

  /// What the escape at `offset` stands for, both halves of a pair together, and its length.
  ///
  /// What is no escape, which a string that was read never holds, stands for U+FFFD.
  static func read(_ text: Span<UInt8>, at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
    guard let (length, unit) = try? check(text, at: offset) else { return ("\u{FFFD}", 1) }
    guard let unit else { return (single(text[offset + 1]), length) }
    if let scalar = Unicode.Scalar(unit) { return (scalar, length) }
    guard UTF16.isLeadSurrogate(unit), let low = lowSurrogate(text, at: offset + 6),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(low) - 0xDC00)
    else { return ("\u{FFFD}", length) }
    return (scalar, 12)
  }

  /// The second half of a pair, if there is an escape for one at `offset`.
  static func lowSurrogate(_ text: Span<UInt8>, at offset: Int) -> UInt16? {
    guard offset < text.count, text[offset] == UInt8(ascii: "\\"),
      let unit = try? check(text, at: offset).unit, UTF16.isTrailSurrogate(unit)
    else { return nil }
    return unit
  }

  private static func single(_ letter: UInt8) -> Unicode.Scalar {
    switch letter {
    case UInt8(ascii: "b"): "\u{8}"
    case UInt8(ascii: "f"): "\u{C}"
    case UInt8(ascii: "n"): "\n"
    case UInt8(ascii: "r"): "\r"
    case UInt8(ascii: "t"): "\t"
    default: Unicode.Scalar(letter)
    }
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
