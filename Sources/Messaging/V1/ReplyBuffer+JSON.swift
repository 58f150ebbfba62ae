extension ReplyBuffer {
  /// Adds a JSON string (RFC 8259 §7) with these characters.
  ///
  /// - Parameter text: Valid UTF-8.
  @inline(__always)
  func appendString(_ text: Span<UInt8>) {
    // Ids and names are short, and go in one pass.
    if text.count <= 64, appendPlainString(text) { return }
    appendAnyString(text)
  }

  @inline(never)
  private func appendAnyString(_ text: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    let mark = text.nextStringMark(from: 0)
    if mark == text.count {
      append(text)
    } else {
      appendEscaped(text, mark: mark)
    }
    append(UInt8(ascii: "\""))
  }

  /// Adds a JSON string.
  public func appendString(_ text: String) {
    appendString(text.utf8Span.span)
  }

  @inline(never)
  private func appendEscaped(_ text: Span<UInt8>, mark first: Int) {
    var start = 0
    var mark = first
    while mark < text.count {
      append(text.extracting(start..<mark))
      appendEscape(text[mark])
      start = mark + 1
      mark = text.nextStringMark(from: start)
    }
    append(text.extracting(start..<text.count))
  }

  private func appendEscape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    default:
      append("u00")
      append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
      let low = byte & 0xF
      append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    }
  }

  /// Adds the characters of a JSON string that was read, without quotation marks.
  func appendUnescaped(_ string: JSONString, in text: Span<UInt8>) {
    string.forEachPart(in: text) { append($0) }
  }

  /// Adds a number in decimal digits.
  @inline(__always)
  public func append(decimal number: UInt64) {
    if number < 100_000_000 { return appendDigits(number) }
    appendLong(number)
  }

  @inline(never)
  private func appendLong(_ number: UInt64) {
    if appendKept(number) { return }
    let (high, low) = number.quotientAndRemainder(dividingBy: 100_000_000)
    let last = Self.eightDigits(low) | Self.zeros
    guard high < 100_000_000 else {
      append(decimal: high)
      return append(last, bytes: 8)
    }
    let digits = Self.eightDigits(high)
    let inFront = digits.trailingZeroBitCount >> 3
    let shift = UInt64(truncatingIfNeeded: 8 &* inFront)
    let first = (digits | Self.zeros) &>> shift
    // Of the last eight digits, as many go into the first word as it has room for; at least one digit is
    // in front of them.
    keep(
      shift == 0 ? first : first | last &<< (64 &- shift),
      shift == 0 ? last : last &>> shift,
      count: 16 &- inFront,
      of: number
    )
    _ = appendKept(number)
  }

  /// A number of eight digits at most, without zeros in front.
  @inline(__always)
  private func appendDigits(_ number: UInt64) {
    let digits = Self.eightDigits(number)
    // The last digit stays even when it is zero.
    let inFront = min(digits.trailingZeroBitCount >> 3, 7)
    append((digits | Self.zeros) >> UInt64(8 * inFront), bytes: 8 - inFront)
  }

  private static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// The digits of a number below 10^8, one in each byte, the first one lowest.
  ///
  /// Splits all parts at once: into two halves, four quarters, eight digits. The constants divide by
  /// 100 what is below 10,000, and by 10 what is below 100.
  @inline(__always)
  static func eightDigits(_ number: UInt64) -> UInt64 {
    let (high, low) = number.quotientAndRemainder(dividingBy: 10_000)
    let halves = high | low << 32
    let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
    let quarters = hundreds | (halves &- hundreds &* 100) << 16
    let tens = (quarters &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (quarters &- tens &* 10) << 8
  }
}
