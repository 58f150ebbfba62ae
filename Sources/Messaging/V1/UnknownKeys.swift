/// The keys of the objects that are being read, as far as they are no fields of the protocol: so that
/// none is there twice.
struct UnknownKeys {
  /// The most keys in all objects of a message: each is compared with the others of its object.
  static let maximumCount = 256

  private struct Entry {
    /// Seeded for each process, so that nobody can choose keys that collide.
    let hash: Int
    let key: JSONString
  }

  private var entries: [Entry] = []
  /// Where the entries of each object begin that lies in another one.
  private var starts: [Int] = []
  private var total = 0

  /// An object begins within the present one.
  mutating func open() { starts.append(entries.count) }

  /// The innermost object ends.
  mutating func close() { entries.removeLast(entries.count - (starts.popLast() ?? 0)) }

  /// Notes a key of the innermost object.
  ///
  /// - Throws: `JSONError.twinKey` or `tooManyKeys`.
  mutating func insert(_ key: JSONString, in text: Span<UInt8>) throws(JSONError) {
    guard total < Self.maximumCount else { throw .tooManyKeys }
    total += 1
    let hash = key.withBytes(in: text) { Self.hash($0) }
    for index in (starts.last ?? 0)..<entries.count where entries[index].hash == hash {
      // Equal hashes of different keys are all but impossible, so this is done once in a message.
      if entries[index].key.unescaped(in: text) == key.unescaped(in: text) {
        throw .twinKey(offset: key.token.lowerBound)
      }
    }
    entries.append(Entry(hash: hash, key: key))
  }

  private static func hash(_ bytes: Span<UInt8>) -> Int {
    var hasher = Hasher()
    var offset = 0
    while offset + 8 <= bytes.count {
      hasher.combine(bytes.word(at: offset))
      offset += 8
    }
    hasher.combine(bytes.word(at: offset, count: bytes.count - offset))
    hasher.combine(bytes.count)
    return hasher.finalize()
  }
}
