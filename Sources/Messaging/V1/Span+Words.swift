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
  /// The last block goes back as far as it needs to be full, and so does the second word of the only
  /// one. Up to eight bytes make one block with zeros in it, and none make no block.
  @inline(__always)
  func forEachBlock(_ body: (UInt64, UInt64) -> Void) {
    guard count > 16 else {
      if let first = wordIfThere(at: 0) {
        // There are eight bytes and more.
        return body(first, unsafe load(count &- 8, as: UInt64.self))
      }
      return count > 0 ? body(word(at: 0, count: count), 0) : ()
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

  /// Eight bytes from `offset` on, the first one lowest; `nil` if there are fewer.
  @inline(__always)
  func wordIfThere(at offset: Int) -> UInt64? {
    guard offset >= 0, offset <= count &- 8 else { return nil }
    // They are there.
    return unsafe load(offset, as: UInt64.self)
  }

  /// Whether the bytes from `start` to `end` are nothing but visible ASCII, without `:` and `/`: so it
  /// is with nearly all ids of clients, and those that are not may still be valid.
  @inline(__always)
  func isPlainName(from start: Int, to end: Int) -> Bool {
    precondition(start >= 0 && start <= end && end <= count)
    var marks: UInt64 = 0
    var offset = start
    while end &- offset >= 8 {
      // Eight bytes are left.
      marks |= nameMarks(in: unsafe load(offset, as: UInt64.self))
      offset &+= 8
    }
    let left = end &- offset
    // Letters take the places where the name has no bytes.
    let letters = (ones &* 0x41) &<< UInt64(truncatingIfNeeded: 8 &* left)
    let rest: UInt64
    if let word = wordIfThere(at: offset) {
      rest = word & ((1 &<< UInt64(truncatingIfNeeded: 8 &* left)) &- 1)
    } else {
      rest = word(at: offset, count: left)
    }
    return (marks | nameMarks(in: rest | letters)) & tops == 0
  }

  /// Where the next byte is that a JSON string cannot hold as it is (RFC 8259 §7): a quotation mark,
  /// a reverse solidus or a control character; `count` if there is none from `start` on.
  @inline(never)
  func nextStringMark(from start: Int) -> Int {
    precondition(start >= 0 && start <= count)
    var offset = start
    // Most strings are short; what is behind that goes by more words at a time.
    let near = Swift.min(count &- 16, start &+ 128)
    while offset <= near {
      // Sixteen bytes are left.
      let first = stringMarks(in: unsafe load(offset, as: UInt64.self))
      let second = stringMarks(in: unsafe load(offset &+ 8, as: UInt64.self))
      if first | second != 0 {
        return first != 0
          ? offset &+ first.trailingZeroBitCount &>> 3
          : offset &+ 8 &+ second.trailingZeroBitCount &>> 3
      }
      offset &+= 16
    }
    return count &- offset >= 16 ? longStringMark(from: offset) : lastStringMark(from: offset)
  }

  @inline(never)
  private func longStringMark(from start: Int) -> Int {
    var offset = start
    // Two vectors at a time: most of a long text has no mark.
    while offset &+ 32 <= count {
      // Thirty-two bytes are left.
      let words = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: offset,
        as: SIMD4<UInt64>.self
      )
      guard stringMarks(in: words) == SIMD4() else { break }
      offset &+= 32
    }
    return lastStringMark(from: offset)
  }

  /// The same by single words, and for the fewer than eight bytes behind the last one.
  @inline(__always)
  private func lastStringMark(from start: Int) -> Int {
    var offset = start
    while let word = wordIfThere(at: offset) {
      let marks = stringMarks(in: word)
      if marks != 0 { return offset &+ marks.trailingZeroBitCount &>> 3 }
      offset &+= 8
    }
    // Zeros stand for what is missing, and are marks themselves: the first one is at the end.
    let left = count &- offset
    guard left > 0 else { return count }
    let rest: UInt64
    if let last = wordIfThere(at: count &- 8) {
      rest = last &>> UInt64(truncatingIfNeeded: 64 &- 8 &* left)
    } else {
      rest = word(at: offset, count: left)
    }
    return offset &+ stringMarks(in: rest).trailingZeroBitCount &>> 3
  }
}

/// A one in each byte of a word, to be multiplied.
private let ones: UInt64 = 0x0101_0101_0101_0101
/// The top bit of each byte of a word.
private let tops: UInt64 = 0x8080_8080_8080_8080

/// The top bit of each byte that is a mark: exact for the first one, and that is what counts.
///
/// A borrow can set bits of bytes above a mark, never of those below it.
@inline(__always)
func stringMarks(in word: UInt64) -> UInt64 {
  // Exchanged with what differs in one bit, the quotation mark stands right behind the controls.
  let controls = (word ^ ones &* 0x02) &- ones &* 0x21
  let escapes = (word ^ ones &* 0x5C) &- ones
  return (controls | escapes) & ~word & tops
}

/// The same for four words, in any order of their bytes.
@inline(__always)
private func stringMarks(in words: SIMD4<UInt64>) -> SIMD4<UInt64> {
  let controls = (words ^ ones &* 0x02) &- ones &* 0x21
  let escapes = (words ^ ones &* 0x5C) &- ones
  return (controls | escapes) & ~words & tops
}

/// A top bit if any byte is one that names seldom have: see `isPlainName`.
///
/// Other bits do not count.
@inline(__always)
private func nameMarks(in word: UInt64) -> UInt64 {
  let controls = word &- ones &* 0x21
  let colons = (word ^ ones &* 0x3A) &- ones
  let slashes = (word ^ ones &* 0x2F) &- ones
  // With one added, the top bit of DEL is set, and of others that are no ASCII it is anyway.
  return controls | colons | slashes | word | (word &+ ones)
}
