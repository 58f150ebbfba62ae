/// The hash that the opening handshake needs (FIPS 180-4 §6.1).
///
/// It proves that a server has understood the request, and protects nothing: SHA-1 is broken for
/// signatures.
enum SHA1 {
  /// The 20 bytes of the digest.
  static func digest(of message: [UInt8]) -> [UInt8] {
    var state: State = (0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0)
    let padded = pad(message)
    for start in stride(from: 0, to: padded.count, by: 64) {
      absorb(padded.span.extracting(start..<start + 64), into: &state)
    }
    var digest: [UInt8] = []
    digest.reserveCapacity(20)
    for word in [state.0, state.1, state.2, state.3, state.4] { append(word, to: &digest) }
    return digest
  }

  private typealias State = (UInt32, UInt32, UInt32, UInt32, UInt32)

  /// Appends a one bit, zeros, and the length in bits as eight bytes (§5.1.1).
  private static func pad(_ message: [UInt8]) -> [UInt8] {
    var padded = message
    padded.reserveCapacity(message.count + 72)
    padded.append(0x80)
    while padded.count % 64 != 56 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    append(UInt32(bits >> 32), to: &padded)
    append(UInt32(truncatingIfNeeded: bits), to: &padded)
    return padded
  }

  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    for place in 0..<4 {
      bytes.append(UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32(place))))
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
    func step(_ t: Int, _ f: UInt32, _ constant: UInt32) {
      let mixed = rotate(a, by: 5) &+ f &+ e &+ constant &+ schedule[t]
      (a, b, c, d, e) = (mixed, a, rotate(b, by: 30), c, d)
    }
    // Four loops: one that asks each time which twenty it is in takes twice as long.
    for t in 0..<20 { step(t, b & c ^ ~b & d, 0x5a82_7999) }
    for t in 20..<40 { step(t, b ^ c ^ d, 0x6ed9_eba1) }
    for t in 40..<60 { step(t, b & c ^ b & d ^ c & d, 0x8f1b_bcdc) }
    for t in 60..<80 { step(t, b ^ c ^ d, 0xca62_c1d6) }
    state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
  }

  private static func rotate(_ word: UInt32, by bits: UInt32) -> UInt32 {
    word &<< bits | word &>> (32 - bits)
  }
}
