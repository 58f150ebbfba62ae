/// Counts of durations, each kept within one percent.
///
/// 128 slots for each power of two, so that a slot is at most 1/128 of its value wide.
struct Histogram {
  private static let slotBits = 7
  private static let slots = 1 << slotBits

  private let counts = FixedArray<UInt32>(repeating: 0, count: (65 - slotBits) * slots)
  /// Durations that have been recorded.
  private(set) var count = 0
  /// The longest of them, in nanoseconds.
  private(set) var maximum: UInt64 = 0

  /// Adds a duration in nanoseconds.
  mutating func record(_ nanoseconds: UInt64) {
    count += 1
    if nanoseconds > maximum { maximum = nanoseconds }
    let slot = Self.slot(of: nanoseconds)
    counts[slot] = counts[slot] &+ 1
  }

  /// The duration, in nanoseconds, that this share of the durations does not exceed, by the upper
  /// edge of its slot; `nil` when nothing was recorded.
  func quantile(_ share: Double) -> UInt64? {
    guard count > 0 else { return nil }
    let rank = min(count, max(1, Int((share * Double(count)).rounded(.up))))
    var seen = 0
    for slot in 0..<counts.count {
      seen += Int(counts[slot])
      if seen >= rank { return min(Self.upperEdge(of: slot), maximum) }
    }
    return maximum
  }

  private static func slot(of value: UInt64) -> Int {
    guard value >= UInt64(slots) else { return Int(value) }
    // The leading one says the power of two, the bits behind it the slot within.
    let shift = 63 - slotBits - value.leadingZeroBitCount
    return (shift + 1) << slotBits + Int(value >> UInt64(shift)) - slots
  }

  private static func upperEdge(of slot: Int) -> UInt64 {
    guard slot >= slots else { return UInt64(slot) }
    let shift = UInt64(slot >> slotBits - 1)
    let leading = UInt64(slot & (slots - 1) + slots)
    return leading << shift + (1 << shift - 1)
  }
}
