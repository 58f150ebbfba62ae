import Messaging

/// How far the tables have taken in what they find messages by.
struct StoreIndexing {
  /// The tables, in the order in which they take messages in.
  enum Table: Int, CaseIterable {
    case inbox, sent, pairs, ids
  }

  /// The last number that each of them has.
  private var through: [UInt64] = [0, 0, 0, 0]
  /// The number up to which all of them are brought, and which is next; `nil` between times.
  var goal: (seq: UInt64, next: Table)?

  /// The last number that a table has.
  subscript(table: Table) -> UInt64 {
    get { through[table.rawValue] }
    set { through[table.rawValue] = newValue }
  }

  /// The last number that all tables have.
  var all: UInt64 { through.min() ?? 0 }
}

extension StoreWorker {
  /// Messages that are entered into the tables at a time, so many that they share pages.
  static let tailCount = 1024

  /// Reads the messages that are not in all tables.
  func loadTail() throws(SQLiteError) {
    tail = StoreTail()
    indexing = StoreIndexing()
    for table in StoreIndexing.Table.allCases {
      let query = statements.indexed.bind(1, Int64(table.rawValue))
      indexing[table] = try number(query)
    }
    let query = statements.tail.bind(1, indexing.all)
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
  }

  /// Enters messages into one of the tables, if enough have gathered: with each batch one, so that
  /// none takes long.
  func indexSome() throws(SQLiteError) {
    if indexing.goal == nil, tail.count >= Self.tailCount { indexing.goal = (tail.last, .inbox) }
    guard let goal = indexing.goal else { return }
    try index(goal.next, through: goal.seq)
    if let next = StoreIndexing.Table(rawValue: goal.next.rawValue + 1) {
      indexing.goal = (goal.seq, next)
    } else {
      indexing.goal = nil
      tail.remove(through: goal.seq)
    }
  }

  /// Enters all messages into all tables.
  func indexTail() throws(SQLiteError) {
    guard tail.count > 0 else { return }
    for table in StoreIndexing.Table.allCases { try index(table, through: tail.last) }
    indexing.goal = nil
    tail = StoreTail()
  }

  private func index(
    _ table: StoreIndexing.Table,
    through goal: UInt64
  ) throws(SQLiteError) {
    let start = indexing[table]
    guard goal > start else { return }
    try statements.indexing[table.rawValue].bind(1, start).bind(2, goal).run()
    try statements.setIndexed.bind(1, Int64(table.rawValue)).bind(2, goal).run()
    indexing[table] = goal
    guard table == .ids else { return }
    for part in start >> StoreSchema.partShift...goal >> StoreSchema.partShift
    where parts.last.map({ $0 < part }) ?? true {
      parts.append(part)
    }
  }

  /// Messages to a client behind a number that `inbox` does not have.
  func tailInbox(of row: ClientRows.Row, after seq: UInt64) -> ArraySlice<StoreTail.Item> {
    tail.received(by: row.row, after: max(seq, indexing[.inbox]))
  }

  /// Messages by a client to others behind a number that `sent` does not have.
  func tailSent(of row: ClientRows.Row, after seq: UInt64) -> ArraySlice<StoreTail.Item> {
    tail.sent(by: row.row, after: max(seq, indexing[.sent]))
  }

  /// Lets a message go.
  func delete(_ seq: UInt64, from sender: Int64, to target: Int64) throws(SQLiteError) {
    // Those of the tail have not been entered everywhere; their keys are to stay.
    if seq > indexing.all { try indexTail() }
    try statements.deleteMessage.bind(1, seq).run()
    try statements.deleteReceived.bind(1, target).bind(2, seq).run()
    try statements.deleteSent.bind(1, sender).bind(2, seq).run()
    try statements.deletePair.bind(1, sender).bind(2, target).bind(3, seq).run()
  }
}
