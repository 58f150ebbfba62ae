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
    precondition(length >= 0 && length <= 8 && offset >= 0 && offset <= count &- length)
    // All that is loaded lies between `offset` and `last`, which are checked.
    if length == 8 { return unsafe load(offset, as: UInt64.self) }
    let last = offset &+ length
    if length >= 4 {
      let low = unsafe load(offset, as: UInt32.self)
      let high = unsafe load(last &- 4, as: UInt32.self)
      return UInt64(low) | UInt64(high) &<< UInt64(truncatingIfNeeded: 8 &* (length &- 4))
    }
    guard length > 0 else { return 0 }
    // One to three bytes: the first, the middle one and the last may be the same.
    let half = length &>> 1
    let first = unsafe UInt64(load(offset, as: UInt8.self))
    let middle = unsafe UInt64(load(offset &+ half, as: UInt8.self))
    let end = unsafe UInt64(load(last &- 1, as: UInt8.self))
    return first | middle &<< UInt64(truncatingIfNeeded: 8 &* half)
      | end &<< UInt64(truncatingIfNeeded: 8 &* (length &- 1))
  }

  /// A number at a place that the caller has checked, the first byte lowest.
  @inline(__always)
  @unsafe private func load<T: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int,
    as type: T.Type
  ) -> T {
    unsafe T(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type))
  }

  /// Runs `body` with each whole word of eight bytes, in their order, the first byte lowest.
  ///
  /// - Returns: the bytes behind the last whole word, with zeros above them.
  @inline(__always)
  func forEachWord(_ body: (UInt64) -> Void) -> UInt64 {
    var offset = 0
    let end = count & ~7
    while offset < end {
      // A whole word is left.
      body(unsafe load(offset, as: UInt64.self))
      offset &+= 8
    }
    return word(at: end, count: count & 7)
  }

  /// Runs `body` with all bytes, sixteen at a time as two words.
  ///
  /// The last block goes back as far as it needs to be full. Fewer bytes than sixteen make one block
  /// with zeros in it, and none make no block.
  @inline(__always)
  func forEachBlock(_ body: (UInt64, UInt64) -> Void) {
    guard count > 16 else {
      guard count > 0 else { return }
      let low = Swift.min(count, 8)
      return body(word(at: 0, count: low), word(at: low, count: count &- low))
    }
    var offset = 0
    let last = count &- 16
    while offset < last {
      // Sixteen bytes are left, and one more.
      let (low, high) = unsafe (load(offset, as: UInt64.self), load(offset &+ 8, as: UInt64.self))
      body(low, high)
      offset &+= 16
    }
    // There are more than sixteen.
    let (low, high) = unsafe (load(last, as: UInt64.self), load(last &+ 8, as: UInt64.self))
    body(low, high)
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
