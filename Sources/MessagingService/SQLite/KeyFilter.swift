/// Which keys of messages may be known: a Bloom filter, in generations, so that old keys can go.
///
/// Keys are 128 bits of a hash with a secret. Each has six bits in one cache line of 512, at 16 bits
/// for each key: one key in about a thousand is taken for known in each generation, and is not.
struct KeyFilter {
  private struct Generation {
    /// Eight words for each block.
    var words: [UInt64]
    var count = 0
    let capacity: Int
    let started: UInt64
    var newest: UInt64
  }

  private static let smallest = 16_384
  /// 8 MiB, cleared by the kernel as it is touched.
  private static let largest = 1 << 22

  private let retain: UInt64
  private var generations: [Generation] = []

  /// - Parameter retain: How long keys are known, ms.
  init(retain: UInt64) {
    self.retain = retain
  }

  /// How many generations there are: what a look costs.
  var generationCount: Int { generations.count }

  /// Bytes in use.
  var bytes: Int { generations.reduce(0) { $0 + $1.words.count * 8 } }

  /// Whether a key may be known: certainly if it was added and has not outlived its time.
  func mayContain(_ key: UInt128) -> Bool {
    for place in generations.indices.reversed() {
      let block = Self.block(key, words: generations[place].words.count)
      var bits = UInt64(truncatingIfNeeded: key >> 64)
      var isThere = true
      for _ in 0..<6 {
        let word = generations[place].words[block + Int(bits & 7)]
        isThere = isThere && word >> (bits >> 3 & 63) & 1 == 1
        bits >>= 9
      }
      if isThere { return true }
    }
    return false
  }

  /// Adds a key of a message that came at this time, ms.
  mutating func add(_ key: UInt128, at time: UInt64) {
    let last = generations.last
    let isDone =
      last.map { $0.count == $0.capacity || Self.isOver($0.started, retain / 4, time) } ?? true
    if isDone { start(at: time, after: last?.count ?? 0) }
    let place = generations.count - 1
    let block = Self.block(key, words: generations[place].words.count)
    var bits = UInt64(truncatingIfNeeded: key >> 64)
    for _ in 0..<6 {
      generations[place].words[block + Int(bits & 7)] |= 1 << (bits >> 3 & 63)
      bits >>= 9
    }
    generations[place].count += 1
    generations[place].newest = max(generations[place].newest, time)
  }

  /// Takes the keys of another filter in, as older ones.
  mutating func adopt(_ older: KeyFilter) {
    generations.insert(contentsOf: older.generations, at: 0)
  }

  private mutating func start(at time: UInt64, after count: Int) {
    let retain = retain
    generations.removeAll { Self.isOver($0.newest, retain, time) }
    let capacity = min(max(count * 2, Self.smallest), Self.largest)
    generations.append(
      Generation(
        words: [UInt64](repeating: 0, count: capacity / 32 * 8),
        capacity: capacity,
        started: time,
        newest: time
      )
    )
  }

  private static func isOver(_ time: UInt64, _ duration: UInt64, _ now: UInt64) -> Bool {
    now > time && now - time >= duration
  }

  /// The first word of a key's block, by its lower half: the upper chooses the bits.
  private static func block(_ key: UInt128, words: Int) -> Int {
    let hash = UInt64(truncatingIfNeeded: key)
    return Int(hash.multipliedFullWidth(by: UInt64(words / 8)).high) * 8
  }
}
