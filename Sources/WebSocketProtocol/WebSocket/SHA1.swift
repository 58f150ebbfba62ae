/// The hash that the opening handshake needs (FIPS 180-4 §6.1).
///
/// It proves that a server has understood the request, and protects nothing: SHA-1 is broken for
/// signatures.
enum SHA1 {
  /// The 20 bytes of the digest.
  static func digest(of message: Span<UInt8>) -> InlineArray<20, UInt8> {
    var state: State = (0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0)
    var start = 0
    while message.count - start >= 64 {
      absorb(message.extracting(start..<start + 64), into: &state)
      start += 64
    }
    absorbEnd(message.extracting(start...), bits: UInt64(message.count) * 8, into: &state)
    var digest = InlineArray<20, UInt8>(repeating: 0)
    write(state.0, to: &digest, at: 0)
    write(state.1, to: &digest, at: 4)
    write(state.2, to: &digest, at: 8)
    write(state.3, to: &digest, at: 12)
    write(state.4, to: &digest, at: 16)
    return digest
  }

  private typealias State = (UInt32, UInt32, UInt32, UInt32, UInt32)

  /// Absorbs what is left, a one bit, zeros, and the length in bits as eight bytes (§5.1.1): in one
  /// block, or in two where that does not fit.
  private static func absorbEnd(_ rest: Span<UInt8>, bits: UInt64, into state: inout State) {
    var blocks = InlineArray<128, UInt8>(repeating: 0)
    for place in rest.indices { blocks[place] = rest[place] }
    blocks[rest.count] = 0x80
    let end = rest.count < 56 ? 64 : 128
    for place in 0..<8 { blocks[end - 1 - place] = UInt8(truncatingIfNeeded: bits >> (8 * place)) }
    absorb(blocks.span.extracting(0..<64), into: &state)
    if end == 128 { absorb(blocks.span.extracting(64..<128), into: &state) }
  }

  private static func write(_ word: UInt32, to bytes: inout InlineArray<20, UInt8>, at start: Int) {
    for place in 0..<4 {
      bytes[start + place] = UInt8(truncatingIfNeeded: word >> (24 - 8 * place))
    }
  }

  /// Mixes one block of 64 bytes into the state (§6.1.2).
  private static func absorb(_ block: Span<UInt8>, into state: inout State) {
    var schedule = InlineArray<80, UInt32>(repeating: 0)
    for t in 0..<16 {
      let high = UInt32(block[4 * t]) << 24 | UInt32(block[4 * t + 1]) << 16
      let low = UInt32(block[4 * t + 2]) << 8 | UInt32(block[4 * t + 3])
      schedule[t] = high | low
    }
    for t in 16..<80 {
      schedule[t] = rotate(
        schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16],
        by: 1
      )
    }
    var (a, b, c, d, e) = state
    // Five steps at a time: after them each letter is in its place again, and none was moved.
    @inline(__always)
    func steps(_ range: Range<Int>, _ k: UInt32, _ f: (UInt32, UInt32, UInt32) -> UInt32) {
      for t in stride(from: range.lowerBound, to: range.upperBound, by: 5) {
        step(a, &b, f(b, c, d), &e, schedule[t] &+ k)
        step(e, &a, f(a, b, c), &d, schedule[t + 1] &+ k)
        step(d, &e, f(e, a, b), &c, schedule[t + 2] &+ k)
        step(c, &d, f(d, e, a), &b, schedule[t + 3] &+ k)
        step(b, &c, f(c, d, e), &a, schedule[t + 4] &+ k)
      }
    }
    steps(0..<20, 0x5a82_7999) { b, c, d in b & c ^ ~b & d }
    steps(20..<40, 0x6ed9_eba1) { b, c, d in b ^ c ^ d }
    steps(40..<60, 0x8f1b_bcdc) { b, c, d in b & c ^ b & d ^ c & d }
    steps(60..<80, 0xca62_c1d6) { b, c, d in b ^ c ^ d }
    state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
  }

  /// One step: `e` becomes what the standard calls `T`, the next `a`.
  @inline(__always)
  private static func step(
    _ a: UInt32,
    _ b: inout UInt32,
    _ f: UInt32,
    _ e: inout UInt32,
    _ word: UInt32
  ) {
    e = e &+ rotate(a, by: 5) &+ f &+ word
    b = rotate(b, by: 30)
  }

  private static func rotate(_ word: UInt32, by bits: UInt32) -> UInt32 {
    word &<< bits | word &>> (32 - bits)
  }
}
