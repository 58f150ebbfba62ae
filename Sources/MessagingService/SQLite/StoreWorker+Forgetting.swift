import CSQLite
import Messaging

extension StoreWorker {
  /// Forgets a client's log.
  ///
  /// It begins anew behind all numbers; the messages themselves go with the time.
  func erase(_ client: ClientID) throws(SQLiteError) -> Int {
    guard let row = try find(client) else { return 0 }
    let floor = max(row.erased, expired.through)
    let count = try count(of: row, after: floor)
    evictedThrough = min(evictedThrough, row.done)
    let waiting = try waiting(for: row)
    row.erased = max(row.erased, try number(statements.lastMessage))
    clients.change(row)
    clients.drain(row, count: waiting.count, bytes: waiting.bytes)
    isFull = false
    try statements.clearGaps.bind(1, row.row).run()
    try statements.clearNews.bind(1, row.row).run()
    return count
  }

  /// Lets messages go that have outlived their time waiting for a client.
  func lose(inboxOf row: ClientRows.Row, at time: UInt64) throws(SQLiteError) {
    let through = try expired(at: time)
    guard through > row.done else { return }
    let lost = try inbox(of: row, through: through)
    _ = try waiting(for: row)
    for item in lost { try lose(item, for: row) }
  }

  /// Lets a message go that still waits.
  func lose(_ item: StoreTail.Item, for row: ClientRows.Row) throws(SQLiteError) {
    if let sender = try find(row: item.peer) {
      try statements.addGap.bind(1, row.row).bind(2, sender.name.bytes).bind(3, now).run()
    }
    clients.drain(row, count: 1, bytes: item.bytes)
    try delete(item.seq, from: item.peer, to: row.row)
  }

  /// What a client has lost; it is told once.
  func takeGaps(of row: ClientRows.Row) throws(SQLiteError) -> [Gap] {
    let query = statements.gaps.bind(1, row.row).bind(2, Int64(Self.maximumPeers))
    var gaps: [Gap] = []
    while try query.step() {
      guard let sender = try? ClientID(query.bytes(0).span) else { continue }
      gaps.append(Gap(from: sender, count: Int(query.integer(1))))
    }
    if !gaps.isEmpty { try statements.clearGaps.bind(1, row.row).run() }
    return gaps
  }
}
