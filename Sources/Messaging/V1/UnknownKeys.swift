/// The keys of the objects that are being read, as far as they are no fields of the protocol.
///
/// None may be there twice in one object. A message without any needs no memory for this.
struct UnknownKeys {
  /// The most keys in all objects of a message: each is compared with the others of its object.
  static let maximumCount = 256

  private struct Entry {
    /// Seeded for each process, so that nobody can choose keys that collide.
    let hash: Int
    let key: JSONString
  }

  private struct Lists {
    var entries: [Entry] = []
    /// Where the entries of each object begin that lies in another one.
    var starts: [Int] = []
  }

  private var lists: Lists?
  private var total = 0

  /// An object begins within the present one.
  mutating func open() {
    if lists == nil { lists = Lists() }
    let start = lists?.entries.count ?? 0
    lists?.starts.append(start)
  }

  /// The innermost object ends.
  mutating func close() {
    guard let start = lists?.starts.popLast() else { return }
    lists?.entries.removeSubrange(start...)
  }

  /// Notes a key of the innermost object.
  ///
  /// - Throws: `JSONError.twinKey` or `tooManyKeys`.
  mutating func insert(_ key: JSONString, in text: Span<UInt8>) throws(JSONError) {
    guard total < Self.maximumCount else { throw .tooManyKeys }
    total += 1
    let hash = key.withBytes(in: text) { Self.hash($0) }
    try compare(hash, key, in: text)
    if lists == nil { lists = Lists() }
    lists?.entries.append(Entry(hash: hash, key: key))
  }

  private func compare(_ hash: Int, _ key: JSONString, in text: Span<UInt8>) throws(JSONError) {
    guard let lists else { return }
    for entry in lists.entries[(lists.starts.last ?? 0)...] where entry.hash == hash {
      // Equal hashes of different keys are all but impossible, so this is done once in a message.
      guard entry.key.unescaped(in: text) != key.unescaped(in: text) else {
        throw .twinKey(offset: key.token.lowerBound)
      }
    }
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
