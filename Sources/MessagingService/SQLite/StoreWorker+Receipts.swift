import Messaging

extension StoreWorker {
  /// Notes that a client has processed messages.
  func acknowledge(
    _ client: ClientID,
    through: UInt64,
    at time: UInt64
  ) throws(SQLiteError) -> Acknowledgement {
    let nothing = Acknowledgement(count: 0, bytes: 0, receipts: [])
    guard let row = try find(client), through > row.received else { return nothing }
    _ = try waiting(for: row)
    var bytes = 0
    // Few senders, mostly: the last message of each.
    var last: [Int64: UInt64] = [:]
    let items = try inbox(of: row, through: through)
    for item in items {
      bytes += item.bytes
      last[item.peer] = item.seq
    }
    let count = items.count
    evictedThrough = min(evictedThrough, row.done)
    if count > 0 { isFull = false }
    row.received = through
    clients.change(row)
    clients.drain(row, count: count, bytes: bytes)
    var receipts: [Receipt] = []
    for (sender, seq) in last.sorted(by: { $0.value < $1.value }) {
      guard let sender = try find(row: sender), let id = try id(of: seq) else { continue }
      let update = statements.setDelivered.bind(1, sender.row).bind(2, row.row).bind(3, seq)
      try update.bind(4, id.span).bind(5, time).run()
      receipts.append(Receipt(.delivered, sender: sender.name, recipient: row.name, id: id))
    }
    return Acknowledgement(count: count, bytes: bytes, receipts: receipts)
  }

  /// What waits for a client up to a number.
  func inbox(of row: ClientRows.Row, through: UInt64) throws(SQLiteError) -> [StoreTail.Item] {
    var items: [StoreTail.Item] = []
    if row.done < indexing[.inbox] {
      let query = statements.inbox.bind(1, row.row).bind(2, row.done).bind(3, through)
      while try query.step() {
        items.append(
          StoreTail.Item(
            seq: query.number(0),
            peer: query.integer(1),
            bytes: Int(query.integer(2)) + Self.overheadBytes
          )
        )
      }
    }
    return items + tailInbox(of: row, after: row.done).prefix { $0.seq <= through }
  }

  /// Notes that a person has read a message.
  func markRead(
    _ key: MessageKey,
    by reader: ClientID,
    at time: UInt64
  ) throws(SQLiteError) -> Marked {
    guard let row = try find(reader), let known = try lookUp(key, at: time),
      known.seq > row.erased
    else { return .unknown }
    let message = statements.message.bind(1, known.seq)
    guard try message.step() else { return .unknown }
    let (sender, target, id) = (message.integer(2), message.integer(3), message.bytes(5))
    message.reset()
    guard target == row.row, let from = try find(row: sender) else { return .unknown }
    guard try progress(from: sender, to: target).read < known.seq else { return .known }
    let update = statements.setRead.bind(1, sender).bind(2, target).bind(3, known.seq)
    try update.bind(4, id.span).bind(5, time).run()
    return .news(Receipt(.read, sender: from.name, recipient: row.name, id: id))
  }

  /// Forgets what a client has been told.
  func close(_ client: ClientID) throws(SQLiteError) -> StoreOutcome {
    if let row = try find(client) { try statements.clearNews.bind(1, row.row).run() }
    return .silent
  }

  /// How far the messages from one client to another have come.
  func progress(
    from sender: Int64,
    to target: Int64
  ) throws(SQLiteError) -> (delivered: UInt64, read: UInt64) {
    let query = statements.progress.bind(1, sender).bind(2, target)
    guard try query.step() else { return (0, 0) }
    defer { query.reset() }
    return (query.number(0), query.number(1))
  }

  /// What a client is to be told, in the order of the messages.
  func news(of row: ClientRows.Row) throws(SQLiteError) -> [Receipt] {
    var found: [(seq: UInt64, kind: Receipt.Kind, target: Int64, id: [UInt8])] = []
    let query = statements.news.bind(1, row.row)
    while try query.step() {
      let (target, news) = (query.integer(0), query.integer(1))
      if news & 1 != 0 { found.append((query.number(2), .delivered, target, query.bytes(3))) }
      if news & 2 != 0 { found.append((query.number(4), .read, target, query.bytes(5))) }
    }
    found.sort { ($0.seq, $0.kind.rawValue) < ($1.seq, $1.kind.rawValue) }
    // A client's last thousand peers, each with its receipts.
    var targets: Set<Int64> = []
    for news in found.reversed() where targets.count < Self.maximumPeers {
      targets.insert(news.target)
    }
    var receipts: [Receipt] = []
    for news in found where targets.contains(news.target) {
      guard let target = try find(row: news.target) else { continue }
      receipts.append(Receipt(news.kind, sender: row.name, recipient: target.name, id: news.id))
    }
    return receipts
  }

  /// Peers of one client of which it is told when it comes.
  static let maximumPeers = 1000

  private func id(of seq: UInt64) throws(SQLiteError) -> [UInt8]? {
    let message = statements.message.bind(1, seq)
    guard try message.step() else { return nil }
    defer { message.reset() }
    return message.bytes(5)
  }
}
