import CSQLite
import Messaging

extension StoreWorker {
  /// Tells what is known of a client.
  func open(
    _ client: ClientID,
    since: UInt64?,
    at time: UInt64
  ) throws(SQLiteError) -> ClientRecord {
    var record = ClientRecord()
    guard let row = try find(client) else { return record }
    try lose(inboxOf: row, at: time)
    let waiting = try waiting(for: row)
    // Counted now at the latest: whoever asks whether anything waits is told if nothing does.
    clients.drain(row, count: 0, bytes: 0)
    let floor = max(row.erased, try expired(at: time))
    record.received = row.received > row.erased ? row.received : 0
    record.offered = row.offered > row.erased ? row.offered : 0
    record.waiting = waiting.count
    record.waitingBytes = waiting.bytes
    record.following = waiting.count
    record.last = try last(of: row, after: floor)
    if let since { record.following = try count(of: row, after: max(since, floor)) }
    record.receipts = try news(of: row)
    record.gaps = try takeGaps(of: row)
    return record
  }

  /// Counts what waits for a client.
  func countWaiting(for client: ClientID, at time: UInt64) throws(SQLiteError) -> Int {
    guard let row = try find(client) else { return 0 }
    try lose(inboxOf: row, at: time)
    return try waiting(for: row).count
  }

  /// Finds messages of a client's log.
  func read(
    _ client: ClientID,
    after: UInt64,
    own: Bool,
    bytes: Int,
    at time: UInt64
  ) throws(SQLiteError) -> StoreAnswer {
    guard let row = try find(client) else { return .messages([], more: false) }
    let start = max(after, row.erased, try expired(at: time))
    var inbox = LogCursor(
      statements.received.bind(1, row.row).bind(2, start),
      tailInbox(of: row, after: start)
    )
    var sent = LogCursor(
      statements.sent.bind(1, row.row).bind(2, start),
      tailSent(of: row, after: start)
    )
    defer {
      inbox.close()
      sent.close()
    }
    var (next, nextSent) = (try inbox.next(), own ? try sent.next() : nil)
    var found: [StoredMessage] = []
    var room = bytes
    var more = false
    while let seq = [next, nextSent].compactMap({ $0 }).min() {
      let query = statements.message.bind(1, seq)
      defer { query.reset() }
      if try query.step(), !isOver(query.number(1), at: time) {
        room -= Int(query.integer(8)) + Self.overheadBytes
        if room < 0, !found.isEmpty {
          more = true
          break
        }
        found.append(try message(query))
      }
      if seq == next { next = try inbox.next() } else { nextSent = try sent.next() }
    }
    if let last = found.last?.seq, last > row.offered {
      row.offered = last
      clients.change(row)
    }
    return .messages(found, more: more)
  }

  /// The last number in a client's log behind another; 0 if there is none.
  private func last(of row: ClientRows.Row, after floor: UInt64) throws(SQLiteError) -> UInt64 {
    let received = max(
      try number(statements.lastReceived.bind(1, row.row)),
      tailInbox(of: row, after: 0).last?.seq ?? 0
    )
    let sent = max(
      try number(statements.lastSent.bind(1, row.row)),
      tailSent(of: row, after: 0).last?.seq ?? 0
    )
    let last = max(received, sent)
    return last > floor ? last : 0
  }

  /// How many messages there are in a client's log behind a number.
  func count(of row: ClientRows.Row, after start: UInt64) throws(SQLiteError) -> Int {
    let received = try number(statements.countInbox.bind(1, row.row).bind(2, start))
    let sent = try number(statements.countSent.bind(1, row.row).bind(2, start))
    return Int(received + sent) + tailInbox(of: row, after: start).count
      + tailSent(of: row, after: start).count
  }

  /// Finds one message of a client's log.
  func fetch(
    _ client: ClientID,
    _ number: UInt64,
    at time: UInt64
  ) throws(SQLiteError) -> [StoredMessage] {
    guard let row = try find(client), number > row.erased else { return [] }
    let query = statements.message.bind(1, number)
    guard try query.step() else { return [] }
    defer { query.reset() }
    guard query.integer(2) == row.row || query.integer(3) == row.row,
      !isOver(query.number(1), at: time)
    else { return [] }
    return [try message(query)]
  }

  /// Finds messages between two clients.
  func history(_ query: HistoryQuery) throws(SQLiteError) -> StoreAnswer {
    guard let asker = try find(query.client), let peer = try find(query.peer) else {
      return .history([], more: false)
    }
    let floor = max(asker.erased, try expired(at: query.at))
    // One more of each than is asked for tells whether there are any.
    var entries = try entries(from: asker, to: peer, floor, query)
    if asker !== peer {
      entries += try self.entries(from: peer, to: asker, floor, query)
      entries.sort { $0.seq > $1.seq }
    }
    var room = query.bytes
    for (place, entry) in entries.enumerated() {
      var size = 0
      if case .inline(_, let body) = entry.body { size = body.count }
      guard place < query.limit, size <= room || place == 0 else {
        return .history(Array(entries[..<place]), more: true)
      }
      room -= size
    }
    return .history(entries, more: false)
  }

  /// Messages in one direction, the newest first.
  private func entries(
    from sender: ClientRows.Row,
    to target: ClientRows.Row,
    _ floor: UInt64,
    _ query: HistoryQuery
  ) throws(SQLiteError) -> [HistoryEntry] {
    let progress = try progress(from: sender.row, to: target.row)
    let before = query.before ?? .max
    var seqs = tail.received(by: target.row, after: max(floor, indexing[.pairs]))
      .filter { $0.peer == sender.row && $0.seq < before }.map(\.seq).reversed().prefix(
        query.limit + 1
      ).map { $0 }
    let rows = statements.between.bind(1, sender.row).bind(2, target.row)
    rows.bind(3, floor).bind(4, before).bind(5, Int64(query.limit) + 1)
    while try rows.step() { seqs.append(rows.number(0)) }
    var found: [HistoryEntry] = []
    var room = query.bytes
    for seq in seqs where room >= 0 || found.count < 2 {
      let row = statements.summary.bind(1, seq)
      defer { row.reset() }
      guard try row.step(), !isOver(row.number(1), at: query.at) else { continue }
      let form = try form(row.integer(4))
      room -= row.count(9)
      found.append(
        HistoryEntry(
          from: sender.name,
          to: target.name,
          id: row.bytes(5),
          seq: seq,
          at: row.number(1),
          body: form == .binary
            ? .binary(mime: row.bytes(6), name: row.bytes(7), size: row.number(8))
            : .inline(form, row.bytes(9)),
          state: seq <= progress.read ? .read : seq <= progress.delivered ? .delivered : .accepted
        )
      )
    }
    return found
  }

  /// The message of a row.
  private func message(_ row: Statement) throws(SQLiteError) -> StoredMessage {
    guard let from = try find(row: row.integer(2)), let to = try find(row: row.integer(3)) else {
      throw SQLiteError(code: SQLITE_CORRUPT, message: "a message's client is missing")
    }
    return StoredMessage(
      seq: row.number(0),
      at: row.number(1),
      from: from.name,
      to: to.name,
      id: row.bytes(5),
      form: try form(row.integer(4)),
      mime: row.bytes(6),
      name: row.bytes(7),
      body: row.bytes(9)[...]
    )
  }

  private func form(_ number: Int64) throws(SQLiteError) -> BodyForm {
    guard let form = UInt8(exactly: number).flatMap(BodyForm.init) else {
      throw SQLiteError(code: SQLITE_CORRUPT, message: "a message's form is not known")
    }
    return form
  }

  /// The number that a statement finds; 0 if it finds none.
  func number(_ statement: Statement) throws(SQLiteError) -> UInt64 {
    guard try statement.step() else { return 0 }
    defer { statement.reset() }
    return statement.number(0)
  }

  /// Messages up to this number have outlived their time.
  func expired(at time: UInt64) throws(SQLiteError) -> UInt64 {
    now = max(now, time)
    let cutoff = time >= limits.retain ? time - limits.retain : 0
    guard cutoff > 0 else { return 0 }
    if cutoff == expired.cutoff { return expired.through }
    // Times rise with the numbers; a clock that was put back has the search start anew.
    let start = cutoff > expired.cutoff ? expired.through : 0
    let first = try number(statements.firstAfter.bind(1, start).bind(2, cutoff))
    expired = (first > 0 ? first - 1 : try number(statements.lastMessage), cutoff)
    return expired.through
  }
}

/// Numbers of messages: those of a table, and behind them those of the tail.
private struct LogCursor {
  private let table: Statement
  private var hasTable = true
  private var tail: ArraySlice<StoreTail.Item>

  init(_ table: Statement, _ tail: ArraySlice<StoreTail.Item>) {
    self.table = table
    self.tail = tail
  }

  mutating func next() throws(SQLiteError) -> UInt64? {
    if hasTable {
      if try table.step() { return table.number(0) }
      hasTable = false
    }
    return tail.popFirst()?.seq
  }

  func close() { table.reset() }
}
