/// The pieces in which an input is fed: how a network may cut it.
///
/// All but the first two ways come from the input itself, so that the same input is always cut at the
/// same places, and a fuzzer that changes any byte tries others.
enum Splits {
  /// Inputs up to this size are fed byte by byte as well.
  private static let byteByByte = 2048

  /// The whole, single bytes, and cuts in places that depend on the input.
  static func all(of input: [UInt8]) -> [[[UInt8]]] {
    var splits = [[input]]
    if input.count <= byteByByte { splits.append(input.map { [$0] }) }
    var random = SplitMix(state: hash(input))
    for mean in [3, 17, input.count / 2 + 1] {
      splits.append(cut(input, mean: mean, using: &random))
    }
    return splits
  }

  /// Pieces of 0 to 2 × `mean` bytes: empty ones, too.
  private static func cut(
    _ input: [UInt8],
    mean: Int,
    using random: inout SplitMix
  ) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var start = 0
    while start < input.count {
      let end = min(start + Int.random(in: 0...2 * mean, using: &random), input.count)
      pieces.append(Array(input[start..<end]))
      start = end
    }
    return pieces
  }

  /// FNV-1a, 64 bits (IETF draft-eastlake-fnv).
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

/// Random numbers that a seed repeats (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
