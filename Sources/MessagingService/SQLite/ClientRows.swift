import Messaging

/// What a ``StoreWorker`` remembers of clients, so that most calls need not look.
struct ClientRows {
  /// A client, as it is in the file or, until the batch ends, newer.
  final class Row {
    let row: Int64
    let name: ClientID
    var received: UInt64
    var offered: UInt64
    var erased: UInt64
    /// Messages that wait, and their bytes; `nil` until somebody has counted.
    var waiting: (count: Int, bytes: Int)?
    fileprivate(set) var isChanged = false

    init(_ row: Int64, _ name: ClientID, received: UInt64, offered: UInt64, erased: UInt64) {
      self.row = row
      self.name = name
      self.received = received
      self.offered = offered
      self.erased = erased
    }

    /// Messages to it up to here do not wait.
    var done: UInt64 { max(received, erased) }
  }

  /// Clients that are remembered at most.
  private static let maximum = 65_536

  private var byName: [ClientID: Row] = [:]
  private var byRow: [Int64: Row] = [:]
  private var changed: [Row] = []
  private var drained: [Row] = []

  /// A client that is remembered.
  func find(_ name: ClientID) -> Row? { byName[name] }

  /// The same by its row.
  func find(row: Int64) -> Row? { byRow[row] }

  /// Remembers a client.
  mutating func add(_ row: Row) {
    byName[row.name] = row
    byRow[row.row] = row
  }

  /// Forgets a client, whose row has gone.
  mutating func remove(row: Int64) {
    if let known = byRow.removeValue(forKey: row) { byName[known.name] = nil }
  }

  /// Notes that a client is to be saved when the batch ends.
  mutating func change(_ row: Row) {
    guard !row.isChanged else { return }
    row.isChanged = true
    changed.append(row)
  }

  /// Counts messages that wait for a client no more, if it has been counted how many do.
  mutating func drain(_ row: Row, count: Int, bytes: Int) {
    guard let waiting = row.waiting else { return }
    row.waiting = (waiting.count - count, waiting.bytes - bytes)
    drained.append(row)
  }

  /// Clients to be saved.
  mutating func takeChanged() -> [Row] {
    for row in changed { row.isChanged = false }
    defer { changed = [] }
    return changed
  }

  /// Clients for which nothing waits any more; and room is made, since the batch ends.
  mutating func takeDrained() -> [ClientID] {
    let names = drained.filter { ($0.waiting?.count ?? 1) == 0 }.map(\.name)
    drained = []
    if byRow.count > Self.maximum {
      byName = [:]
      byRow = [:]
    }
    return names
  }
}
