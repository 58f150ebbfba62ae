/// A name of up to eight ASCII characters as one number, the first character lowest: it is found by
/// comparing numbers, without a loop or a table.
struct ShortName: Equatable {
  let rawValue: UInt64

  @inline(__always)
  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Of these characters; folded into a constant.
  @inline(__always)
  init(
    _ a: Unicode.Scalar,
    _ b: Unicode.Scalar,
    _ c: Unicode.Scalar = "\0",
    _ d: Unicode.Scalar = "\0",
    _ e: Unicode.Scalar = "\0",
    _ f: Unicode.Scalar = "\0",
    _ g: Unicode.Scalar = "\0",
    _ h: Unicode.Scalar = "\0"
  ) {
    let low = a.value | b.value << 8 | c.value << 16 | d.value << 24
    let high = e.value | f.value << 8 | g.value << 16 | h.value << 24
    rawValue = UInt64(low) | UInt64(high) << 32
  }

  /// Of all of `bytes`, whatever they are; `nil` if there are more than eight or a NUL.
  init?(_ bytes: Span<UInt8>) {
    guard bytes.count <= 8 else { return nil }
    rawValue = bytes.word(at: 0, count: bytes.count)
    for index in 0..<bytes.count where bytes[index] == 0 { return nil }
  }
}
