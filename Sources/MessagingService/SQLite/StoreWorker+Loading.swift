import Messaging

/// Where the reading of old keys and clients is.
struct StoreLoading {
  var part: Int64 = -1
  var key: UInt128 = 0
  /// The last client that was looked at; `nil` while there are keys.
  var client: Int64?

  /// Begins anew: what was told already is told again, and does no harm.
  mutating func restart() { self = StoreLoading() }
}

extension StoreWorker {
  private static let keysAtOnce = 8192
  private static let clientsAtOnce = 1024

  /// Learns which parts of `ids` there are.
  func loadParts() throws(SQLiteError) {
    var part: Int64 = -1
    while true {
      let next = statements.nextPart.bind(1, part)
      guard try next.step() else { return }
      part = next.integer(0)
      next.reset()
      parts.append(UInt64(clamping: part))
    }
  }

  /// Adds some of the old keys and clients to a report, until all have been told.
  func load(into report: inout StoreReport) throws(SQLiteError) {
    guard var loading else { return }
    var loaded = LoadedKeys()
    if let client = loading.client {
      loading.client = try loadHolders(after: client, into: &loaded)
    } else {
      try loadKeys(&loading, into: &loaded)
    }
    self.loading = loaded.isComplete ? nil : loading
    report.loaded = loaded
    if !loaded.isComplete { report.hasMore = true }
  }

  private func loadKeys(
    _ loading: inout StoreLoading,
    into loaded: inout LoadedKeys
  ) throws(SQLiteError) {
    let query = try statements.nextIDs.bind(1, loading.part).bind(2, loading.key)
      .bind(3, Int64(Self.keysAtOnce))
    while try query.step() {
      loading.part = query.integer(0)
      loading.key = query.wide(1)
      loaded.keys.append((loading.key, query.number(2)))
    }
    guard loaded.keys.count < Self.keysAtOnce else { return }
    loading.client = 0
    for (key, known) in tail.allKeys { loaded.keys.append((key, known.at)) }
  }

  private func loadHolders(
    after client: Int64,
    into loaded: inout LoadedKeys
  ) throws(SQLiteError) -> Int64 {
    let query = statements.nextClients.bind(1, client).bind(2, Int64(Self.clientsAtOnce))
    var rows: [(row: Int64, name: [UInt8], done: UInt64)] = []
    while try query.step() { rows.append((query.integer(0), query.bytes(1), query.number(2))) }
    for row in rows {
      // What has changed since the file was written counts.
      let done = clients.find(row: row.row)?.done ?? row.done
      let last = try number(statements.lastReceived.bind(1, row.row))
      guard last > done || !tail.received(by: row.row, after: done).isEmpty else { continue }
      if let name = try? ClientID(row.name.span) { loaded.holders.append(name) }
    }
    loaded.isComplete = rows.count < Self.clientsAtOnce
    return rows.last?.row ?? client
  }
}
