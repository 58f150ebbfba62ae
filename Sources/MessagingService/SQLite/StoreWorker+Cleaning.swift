import Messaging

/// Where the cleaning is: rounds through all tables, some rows with each batch.
struct StoreCleaning {
  enum Step: CaseIterable {
    case messages, ids, receipts, clients, pages
  }

  /// What is being cleaned; `nil` between rounds.
  var step: Step?
  /// When the next round begins.
  var next: UInt64 = 0
  /// The last client that was looked at.
  var client: Int64 = 0
}

extension StoreWorker {
  /// Cleans some rows away, if it is time to.
  ///
  /// - Returns: Whether there is more to do at once.
  func clean(atMost rows: Int) throws(SQLiteError) -> Bool {
    if cleaning.step == nil {
      guard now >= cleaning.next else { return false }
      cleaning.next = now + min(60_000, limits.retain / 16)
      cleaning.step = .messages
      cleaning.client = 0
    }
    guard let step = cleaning.step else { return false }
    let hasMore =
      switch step {
      case .messages: try cleanMessages(rows)
      case .ids: try cleanIDs(rows)
      case .receipts: try cleanReceipts()
      case .clients: try cleanClients(rows / 4)
      case .pages: try cleanPages()
      }
    if !hasMore {
      let steps = StoreCleaning.Step.allCases
      cleaning.step = steps.firstIndex(of: step).flatMap {
        $0 + 1 < steps.count ? steps[$0 + 1] : nil
      }
    }
    return cleaning.step != nil
  }

  /// Messages that have outlived their time; whoever they waited for has a gap.
  private func cleanMessages(_ limit: Int) throws(SQLiteError) -> Bool {
    let oldest = statements.oldest.bind(1, 0 as Int64).bind(2, Int64(limit))
    var old: [(item: StoreTail.Item, target: Int64)] = []
    while try oldest.step() {
      guard isOver(oldest.number(1), at: now) else {
        oldest.reset()
        break
      }
      let bytes = Int(oldest.integer(4)) + Self.overheadBytes
      let item = StoreTail.Item(seq: oldest.number(0), peer: oldest.integer(2), bytes: bytes)
      old.append((item, oldest.integer(3)))
    }
    for (item, target) in old {
      if let row = try find(row: target), item.seq > row.done {
        _ = try waiting(for: row)
        try lose(item, for: row)
      } else {
        try delete(item.seq, from: item.peer, to: target)
      }
    }
    return old.count == limit
  }

  /// The oldest part of the keys, when the next one has keys that have outlived their time.
  private func cleanIDs(_ limit: Int) throws(SQLiteError) -> Bool {
    guard parts.count > 1 else { return false }
    let (oldest, next) = (parts[0], parts[1])
    guard try isOver(number(statements.firstOfPart.bind(1, next)), at: now) else { return false }
    let end = statements.endOfPart.bind(1, oldest).bind(2, Int64(limit))
    guard try end.step() else {
      try statements.deleteIDs.bind(1, oldest).bind(2, UInt128.max).run()
      parts.removeFirst()
      return true
    }
    let key = end.wide(0)
    end.reset()
    try statements.deleteIDs.bind(1, oldest).bind(2, key).run()
    return true
  }

  /// Receipts and gaps: a row for each pair, of which few go at a time.
  private func cleanReceipts() throws(SQLiteError) -> Bool {
    let cutoff = now >= limits.retain ? now - limits.retain : 0
    try statements.deleteReceipts.bind(1, cutoff).run()
    try statements.deleteGaps.bind(1, cutoff).run()
    return false
  }

  /// Clients that have nothing any more.
  private func cleanClients(_ limit: Int) throws(SQLiteError) -> Bool {
    let query = statements.nextClients.bind(1, cleaning.client).bind(2, Int64(limit))
    var rows: [Int64] = []
    while try query.step() { rows.append(query.integer(0)) }
    for row in rows where !tail.has(row) {
      try statements.deleteClient.bind(1, row).run()
      if database.changes > 0 { clients.remove(row: row) }
    }
    cleaning.client = rows.last ?? cleaning.client
    return rows.count == limit
  }

  /// Pages that are free, when they are many: the file becomes smaller.
  private func cleanPages() throws(SQLiteError) -> Bool {
    let pages = try number(statements.pageCount)
    let free = try number(statements.freeCount)
    guard free > 256, free > pages / 8 else { return false }
    try database.execute("PRAGMA incremental_vacuum(256)")
    return true
  }
}
