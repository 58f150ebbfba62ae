import CSQLite
import Messaging

extension StoreWorker {
  /// A client that has a row.
  func find(_ name: ClientID) throws(SQLiteError) -> ClientRows.Row? {
    if let row = clients.find(name) { return row }
    let client = try statements.client.bind(1, name.bytes)
    guard try client.step() else { return nil }
    defer { client.reset() }
    let row = ClientRows.Row(
      client.integer(0),
      name,
      received: client.number(1),
      offered: client.number(2),
      erased: client.number(3)
    )
    clients.add(row)
    return row
  }

  /// The client of a row.
  func find(row: Int64) throws(SQLiteError) -> ClientRows.Row? {
    if let row = clients.find(row: row) { return row }
    let client = statements.clientByRow.bind(1, row)
    guard try client.step() else { return nil }
    defer { client.reset() }
    guard let name = try? ClientID(client.bytes(0).span) else {
      throw SQLiteError(code: SQLITE_CORRUPT, message: "a client's name is none")
    }
    let found = ClientRows.Row(
      row,
      name,
      received: client.number(1),
      offered: client.number(2),
      erased: client.number(3)
    )
    clients.add(found)
    return found
  }

  /// A client, with a new row if it has none.
  func make(_ name: ClientID) throws(SQLiteError) -> ClientRows.Row {
    if let row = try find(name) { return row }
    try statements.insertClient.bind(1, name.bytes).run()
    let row = ClientRows.Row(
      database.lastInsertedRow,
      name,
      received: 0,
      offered: 0,
      erased: 0
    )
    row.waiting = (0, 0)
    clients.add(row)
    return row
  }

  /// Writes what is known of a client.
  func save(_ row: ClientRows.Row) throws(SQLiteError) {
    let update = statements.updateClient.bind(1, row.row)
    try update.bind(2, row.received).bind(3, row.offered).bind(4, row.erased).run()
  }

  /// What waits for a client.
  func waiting(for row: ClientRows.Row) throws(SQLiteError) -> (count: Int, bytes: Int) {
    if let waiting = row.waiting { return waiting }
    let query = statements.waiting.bind(1, row.row).bind(2, row.done)
    guard try query.step() else { return (0, 0) }
    defer { query.reset() }
    var waiting = (count: Int(query.integer(0)), bytes: Int(query.integer(1)))
    waiting.bytes += waiting.count * Self.overheadBytes
    for item in tailInbox(of: row, after: row.done) {
      waiting = (waiting.count + 1, waiting.bytes + item.bytes)
    }
    row.waiting = waiting
    return waiting
  }

  /// Keeps a message, unless a limit is reached.
  func keep(
    _ message: StoredMessage,
    _ key: MessageKey,
    _ digest: UInt128,
    _ isOffered: Bool
  ) throws(SQLiteError) -> StoreOutcome {
    now = max(now, message.at)
    let size = message.storedBytes
    let to = try make(message.to)
    guard try hasRoom(for: to, size, at: message.at), try makeRoom(for: size) else {
      return .failed(.full)
    }
    let from = try make(message.from)
    let waiting = try waiting(for: to)
    let insert = statements.insertMessage
    insert.bind(1, message.seq).bind(2, message.at).bind(3, from.row).bind(4, to.row)
    try insert.bind(5, Int64(message.form.rawValue)).bind(6, key.rawValue).bind(7, digest)
    try insert.bind(8, message.id.span).bind(9, message.mime.span).bind(10, message.name.span)
    try insert.run(lending: message.body, at: 11)
    tail.add(
      message.seq,
      at: message.at,
      from: from.row,
      to: to.row,
      bytes: size,
      key: key.rawValue,
      digest: digest
    )
    to.waiting = (waiting.count + 1, waiting.bytes + size)
    addedBytes += size + Self.overheadBytes
    isFull = false
    if isOffered, to.offered < message.seq {
      to.offered = message.seq
      clients.change(to)
    }
    return .kept
  }

  /// What a message takes beside its body, about.
  static let overheadBytes = 128

  /// Whether one message more may wait for a client.
  private func hasRoom(
    for row: ClientRows.Row,
    _ size: Int,
    at time: UInt64
  ) throws(SQLiteError) -> Bool {
    guard limits.messages > 0, size <= limits.bytes else { return false }
    var waiting = try waiting(for: row)
    if waiting.count < limits.messages, waiting.bytes <= limits.bytes - size { return true }
    try lose(inboxOf: row, at: time)
    waiting = try self.waiting(for: row)
    return waiting.count < limits.messages && waiting.bytes <= limits.bytes - size
  }

  /// Finds out what is in use.
  func measure() throws(SQLiteError) {
    guard try statements.pageCount.step() else { return }
    defer { statements.pageCount.reset() }
    guard try statements.freeCount.step() else { return }
    defer { statements.freeCount.reset() }
    let pages = statements.pageCount.integer(0) - statements.freeCount.integer(0)
    usedBytes = Int(pages) * Self.pageBytes
    addedBytes = 0
  }

  /// What SQLite makes its pages of unless told otherwise, for the last ten years.
  static let pageBytes = 4096

  /// Lets history go until a message of `size` bytes has room.
  private func makeRoom(for size: Int) throws(SQLiteError) -> Bool {
    if usedBytes + addedBytes + size <= limits.totalBytes { return true }
    try measure()
    // Some more than is needed, so that the next messages need not look again.
    let aim = limits.totalBytes - size - limits.totalBytes / 64
    var hasMore = true
    while usedBytes > aim, hasMore {
      hasMore = try evict()
      try measure()
    }
    isFull = usedBytes + size > limits.totalBytes
    return !isFull
  }

  /// Lets some of the oldest messages go that have been acknowledged.
  ///
  /// - Returns: Whether there may be more.
  private func evict() throws(SQLiteError) -> Bool {
    let limit = 256
    let oldest = statements.oldest.bind(1, evictedThrough).bind(2, Int64(limit))
    var seen: [(seq: UInt64, sender: Int64, target: Int64)] = []
    while try oldest.step() {
      seen.append((oldest.number(0), oldest.integer(2), oldest.integer(3)))
    }
    for message in seen where message.seq <= (try find(row: message.target)?.done ?? .max) {
      try delete(message.seq, from: message.sender, to: message.target)
    }
    evictedThrough = seen.last?.seq ?? evictedThrough
    return seen.count == limit
  }

  /// Looks a message up.
  func find(_ key: MessageKey, at time: UInt64) throws(SQLiteError) -> KnownMessage? {
    guard let known = try lookUp(key, at: time) else { return nil }
    let message = statements.message.bind(1, known.seq)
    var isWaiting = false
    if try message.step() {
      defer { message.reset() }
      isWaiting = known.seq > (try find(row: message.integer(3))?.done ?? .max)
    }
    return KnownMessage(seq: known.seq, at: known.at, digest: known.digest, isWaiting: isWaiting)
  }

  /// What is left of a message with this key.
  func lookUp(
    _ key: MessageKey,
    at time: UInt64
  ) throws(SQLiteError) -> (seq: UInt64, at: UInt64, digest: UInt128)? {
    now = max(now, time)
    if let known = tail.find(key.rawValue) {
      return isOver(known.at, at: time) ? nil : (known.seq, known.at, known.digest)
    }
    for part in parts.reversed() {
      let query = try statements.findID.bind(1, part).bind(2, key.rawValue)
      guard try query.step() else { continue }
      defer { query.reset() }
      let (seq, at) = (query.number(0), query.number(1))
      return isOver(at, at: time) ? nil : (seq, at, query.wide(2))
    }
    return nil
  }

  /// Whether what came at `at` has outlived its time.
  func isOver(_ at: UInt64, at time: UInt64) -> Bool {
    time > at && time - at >= limits.retain
  }
}
