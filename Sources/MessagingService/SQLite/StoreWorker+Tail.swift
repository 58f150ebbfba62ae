import Messaging

extension StoreWorker {
  /// Messages that are entered into the tables at a time: enough of them to share pages, and few
  /// enough to take some milliseconds.
  static let tailCount = 1024

  /// Reads the messages that are not in the tables.
  func loadTail() throws(SQLiteError) {
    tail = StoreTail()
    let query = statements.tail
    while try query.step() {
      tail.add(
        query.number(0),
        at: query.number(1),
        from: query.integer(2),
        to: query.integer(3),
        bytes: Int(query.integer(4)) + Self.overheadBytes,
        key: query.wide(5),
        digest: query.wide(6)
      )
    }
    indexed = UInt64(
      clamping: try database.integer("SELECT value FROM meta WHERE name = 'indexed'")
    )
  }

  /// Enters all messages into the tables by which they are found.
  func indexTail() throws(SQLiteError) {
    guard tail.count > 0 else { return }
    for statement in statements.indexing { try statement.bind(1, indexed).run() }
    try statements.setIndexed.bind(1, tail.last).run()
    let first = indexed >> StoreSchema.partShift
    for part in first...tail.last >> StoreSchema.partShift
    where parts.last.map({ $0 < part }) ?? true {
      parts.append(part)
    }
    indexed = tail.last
    tail = StoreTail()
  }

  /// Lets a message go.
  func delete(_ seq: UInt64, from sender: Int64, to target: Int64) throws(SQLiteError) {
    // Those of the tail have not been entered anywhere; their keys are to stay.
    if seq > indexed { try indexTail() }
    try statements.deleteMessage.bind(1, seq).run()
    try statements.deleteReceived.bind(1, target).bind(2, seq).run()
    try statements.deleteSent.bind(1, sender).bind(2, seq).run()
    try statements.deletePair.bind(1, sender).bind(2, target).bind(3, seq).run()
  }
}
