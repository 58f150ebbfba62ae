/// Which connections are to be looked at when: a hashed timing wheel.
///
/// Each connection stands in one bucket, chosen by when it may next need attention, and is looked at
/// only when that bucket comes up. A connection that is heard from is not moved; it is looked at
/// once in an interval, found well, and put further on. So a message costs one store of the time,
/// and a tick costs what is due in it, however many connections are idle.
///
/// Entries are slots. One that was moved to an earlier bucket, or closed, leaves its old entry
/// behind; the table knows which bucket counts, and the old one is dropped when it comes up.
struct DeadlineWheel {
  /// In place of a bucket: the connection is in none.
  static let nowhere = UInt32.max

  /// Milliseconds between two buckets.
  let tick: UInt32
  private var buckets: [[UInt32]]
  /// The number of ticks so far.
  private(set) var ticks: UInt32 = 0

  /// Makes a wheel that reaches `horizon` milliseconds ahead; what is due later is looked at then.
  init(tick: UInt32, horizon: UInt32) {
    precondition(tick > 0)
    self.tick = tick
    buckets = Array(repeating: [], count: Int(horizon / tick) + 2)
  }

  /// Files a slot under the tick that comes `delay` milliseconds from now, rounded up, at least one.
  ///
  /// - Returns: the bucket, to be noted in the table.
  mutating func file(_ slot: UInt32, after delay: UInt32) -> UInt32 {
    let bucket = (ticks &+ ahead(delay)) % UInt32(buckets.count)
    buckets[Int(bucket)].append(slot)
    return bucket
  }

  /// Whether what is filed after `delay` comes up before what is in `bucket`.
  func isEarlier(_ delay: UInt32, than bucket: UInt32) -> Bool {
    let count = UInt32(buckets.count)
    return ahead(delay) < (bucket + count - ticks % count) % count
  }

  private func ahead(_ delay: UInt32) -> UInt32 {
    let rounded = delay / tick + (delay % tick == 0 ? 0 : 1)
    return min(max(rounded, 1), UInt32(buckets.count - 1))
  }

  /// Goes on by one tick and hands over what its bucket holds.
  mutating func advance() -> (bucket: UInt32, slots: [UInt32]) {
    ticks &+= 1
    let bucket = ticks % UInt32(buckets.count)
    var slots: [UInt32] = []
    swap(&slots, &buckets[Int(bucket)])
    return (bucket, slots)
  }
}
