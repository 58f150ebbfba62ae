import Messaging

/// The last messages, which the tables that messages are found by do not have yet.
///
/// It is in memory; all of it is in the table of messages, too.
struct StoreTail {
  /// A message, seen from one of its clients.
  struct Item {
    let seq: UInt64
    /// The row of the other client.
    let peer: Int64
    let bytes: Int
  }

  /// Messages by their recipients, in the order of their numbers.
  private var inboxes: [Int64: [Item]] = [:]
  /// Messages to others by their senders.
  private var outboxes: [Int64: [Item]] = [:]
  private var keys: [UInt128: KnownMessage] = [:]
  /// How many messages there are.
  private(set) var count = 0
  /// The last one's number; 0 if there is none.
  private(set) var last: UInt64 = 0

  /// Adds a message, the youngest.
  mutating func add(
    _ seq: UInt64,
    at time: UInt64,
    from sender: Int64,
    to target: Int64,
    bytes: Int,
    key: UInt128,
    digest: UInt128
  ) {
    inboxes[target, default: []].append(Item(seq: seq, peer: sender, bytes: bytes))
    if sender != target {
      outboxes[sender, default: []].append(Item(seq: seq, peer: target, bytes: bytes))
    }
    keys[key] = KnownMessage(seq: seq, at: time, digest: digest, isWaiting: true)
    count += 1
    last = seq
  }

  /// Forgets messages up to a number.
  mutating func remove(through seq: UInt64) {
    guard seq < last else {
      self = StoreTail()
      return
    }
    let keep = { (items: [Item]) -> [Item]? in
      let rest = items.filter { $0.seq > seq }
      return rest.isEmpty ? nil : rest
    }
    inboxes = inboxes.compactMapValues(keep)
    outboxes = outboxes.compactMapValues(keep)
    keys = keys.filter { $0.value.seq > seq }
    count = keys.count
  }

  /// What is known of a key.
  func find(_ key: UInt128) -> KnownMessage? { keys[key] }

  /// All keys.
  var allKeys: [UInt128: KnownMessage] { keys }

  /// Messages to a client behind a number.
  func received(by client: Int64, after seq: UInt64) -> ArraySlice<Item> {
    Self.items(inboxes[client], after: seq)
  }

  /// Messages by a client to others, behind a number.
  func sent(by client: Int64, after seq: UInt64) -> ArraySlice<Item> {
    Self.items(outboxes[client], after: seq)
  }

  /// Whether there is any message of a client.
  func has(_ client: Int64) -> Bool { inboxes[client] != nil || outboxes[client] != nil }

  private static func items(_ items: [Item]?, after seq: UInt64) -> ArraySlice<Item> {
    guard let items else { return [] }
    // Mostly all of them, or the last ones.
    var start = items.count
    while start > 0, items[start - 1].seq > seq { start -= 1 }
    return items[start...]
  }
}
