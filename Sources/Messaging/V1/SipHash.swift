/// SipHash-2-4 with 128 bits (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): a hash of
/// which nobody who does not know the key can find two inputs with the same result.
public struct SipHash: Sendable {
  /// The secret: 16 random bytes, each half with the first byte lowest.
  public struct Key: Equatable, Sendable {
    let low: UInt64
    let high: UInt64

    /// Takes the two halves.
    public init(low: UInt64, high: UInt64) {
      self.low = low
      self.high = high
    }
  }

  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64
  /// Bytes that make no whole word yet, the first one lowest.
  private var tail: UInt64 = 0
  private var count = 0

  /// Starts with nothing.
  @inline(__always)
  public init(_ key: Key) {
    // "somepseudorandomlygeneratedbytes", in four words.
    a = key.low ^ 0x736f_6d65_7073_6575
    b = key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee
    c = key.low ^ 0x6c79_6765_6e65_7261
    d = key.high ^ 0x7465_6462_7974_6573
  }

  /// Adds bytes: the same as adding them in any pieces.
  @inline(__always)
  public mutating func combine(_ bytes: Span<UInt8>) {
    let shift = UInt64(truncatingIfNeeded: 8 &* (count & 7))
    count &+= bytes.count
    let rest = bytes.forEachWord { add($0, shift) }
    let left = bytes.count & 7
    guard left > 0 else { return }
    if Int(truncatingIfNeeded: shift) &+ 8 &* left >= 64 {
      add(rest, shift)
    } else {
      tail |= rest &<< shift
    }
  }

  /// Adds a number, as its eight bytes, the lowest first.
  @inline(__always)
  public mutating func combine(_ number: UInt64) {
    add(number, UInt64(truncatingIfNeeded: 8 &* (count & 7)))
    count &+= 8
  }

  /// Adds a word behind a tail of `shift` bits.
  @inline(__always)
  private mutating func add(_ word: UInt64, _ shift: UInt64) {
    compress(tail | word &<< shift)
    // By two steps, since a word without a tail is shifted by 64, and then all is gone.
    tail = (word &>> 1) &>> (63 &- shift)
  }

  /// The hash of all that was added; its first byte is the lowest.
  @inline(__always)
  public consuming func finish() -> UInt128 {
    compress(tail | UInt64(truncatingIfNeeded: count) << 56)
    c ^= 0xee
    for _ in 0..<4 { round() }
    let low = a ^ b ^ c ^ d
    b ^= 0xdd
    for _ in 0..<4 { round() }
    return UInt128(a ^ b ^ c ^ d) << 64 | UInt128(low)
  }

  @inline(__always)
  private mutating func compress(_ word: UInt64) {
    d ^= word
    round()
    round()
    a ^= word
  }

  @inline(__always)
  private mutating func round() {
    a &+= b
    c &+= d
    b = Self.rotate(b, 13) ^ a
    d = Self.rotate(d, 16) ^ c
    a = Self.rotate(a, 32)
    c &+= b
    a &+= d
    b = Self.rotate(b, 17) ^ c
    d = Self.rotate(d, 21) ^ a
    c = Self.rotate(c, 32)
  }

  @inline(__always)
  private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
    word &<< bits | word &>> (64 &- bits)
  }
}
