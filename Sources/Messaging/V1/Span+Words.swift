extension Span<UInt8> {
  /// Eight bytes from `offset` on, the first one lowest; all of them must be there.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    // Checked against the bounds by the call; any bytes are an integer.
    unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// `count` bytes, at most eight, from `offset` on, the first one lowest, and zeros above them.
  ///
  /// Goes by two loads that overlap, so that nothing is read behind the last byte.
  @inline(__always)
  func word(at offset: Int, count length: Int) -> UInt64 {
    precondition(0...8 ~= length)
    if length == 8 { return word(at: offset) }
    let last = offset + length
    if length >= 4 {
      let high = UInt64(half(at: last - 4)) << UInt64(8 * (length - 4))
      return UInt64(half(at: offset)) | high
    }
    guard length > 0 else { return 0 }
    // One to three bytes: the first, the middle one and the last may be the same.
    let first = UInt64(self[offset])
    let middle = UInt64(self[offset + length / 2]) << UInt64(8 * (length / 2))
    return first | middle | UInt64(self[last - 1]) << UInt64(8 * (length - 1))
  }

  @inline(__always)
  private func half(at offset: Int) -> UInt32 {
    // As above.
    unsafe UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Whether it is the UTF-8 of a text, byte by byte.
  func consists(of text: String) -> Bool {
    guard text.utf8.count == count else { return false }
    var index = 0
    for byte in text.utf8 {
      guard self[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// Where the next byte is that a JSON string cannot hold as it is (RFC 8259 §7): a quotation mark,
  /// a reverse solidus or a control character; `count` if there is none from `start` on.
  @inline(__always)
  func nextStringMark(from start: Int) -> Int {
    var offset = start
    // Two vectors at a time: most of a long text has no mark.
    while offset + 32 <= count {
      // As above.
      let words = unsafe bytes.unsafeLoadUnaligned(
        fromByteOffset: offset,
        as: SIMD4<UInt64>.self
      )
      guard stringMarks(in: words) == SIMD4() else { break }
      offset += 32
    }
    while offset + 8 <= count {
      let marks = stringMarks(in: word(at: offset))
      if marks != 0 { return offset + marks.trailingZeroBitCount >> 3 }
      offset += 8
    }
    // Zeros stand for what is missing, and are marks themselves: the first one is at the end.
    let rest = word(at: offset, count: count - offset)
    return offset + stringMarks(in: rest).trailingZeroBitCount >> 3
  }
}

/// The top bit of each byte that is a mark: exact for the first one, and that is what counts.
///
/// A borrow can set bits of bytes above a mark, never of those below it.
@inline(__always)
func stringMarks(in word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let quotes = word ^ ones &* 0x22
  let escapes = word ^ ones &* 0x5C
  let controls = (word &- ones &* 0x20) & ~word
  let marks = controls | (quotes &- ones) & ~quotes | (escapes &- ones) & ~escapes
  return marks & 0x8080_8080_8080_8080
}

/// The same for four words, in any order of their bytes.
@inline(__always)
private func stringMarks(in words: SIMD4<UInt64>) -> SIMD4<UInt64> {
  let ones = SIMD4<UInt64>(repeating: 0x0101_0101_0101_0101)
  let quotes = words ^ ones &* 0x22
  let escapes = words ^ ones &* 0x5C
  let controls = (words &- ones &* 0x20) & ~words
  let marks = controls | (quotes &- ones) & ~quotes | (escapes &- ones) & ~escapes
  return marks & SIMD4(repeating: 0x8080_8080_8080_8080)
}
