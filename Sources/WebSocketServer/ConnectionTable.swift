/// All connections of a server by number.
///
/// An entry does not hold its connection: the open libuv handle does. `remove` is called before the
/// handle is closed, so an entry never outlives the object; a ``WebSocket`` that outlives its entry
/// is told by the generation, which changes each time that a slot is used again.
@safe final class ConnectionTable {
  private struct Entry {
    unowned(unsafe) var connection: Connection?
    var generation: UInt32
    /// In a free slot, the next free one; in a used one, the wheel's bucket.
    var link: UInt32
  }

  private static let none = UInt32.max

  private var entries: ContiguousArray<Entry> = []
  private var firstFree = ConnectionTable.none
  /// Connections in the table.
  private(set) var count = 0

  /// Adds a connection and returns its slot.
  func add(_ connection: Connection) -> UInt32 {
    count += 1
    guard firstFree != ConnectionTable.none else {
      entries.append(Entry(connection: connection, generation: 0, link: 0))
      return UInt32(entries.count - 1)
    }
    let slot = firstFree
    firstFree = entries[Int(slot)].link
    unsafe entries[Int(slot)].connection = connection
    entries[Int(slot)].link = 0
    return slot
  }

  /// Puts another object in the place of the one at `slot`; the number stays.
  func replace(at slot: UInt32, by connection: Connection) {
    unsafe entries[Int(slot)].connection = connection
  }

  /// Frees a slot. All ``WebSocket`` values that name it are stale from now on.
  func remove(at slot: UInt32) {
    count -= 1
    unsafe entries[Int(slot)].connection = nil
    entries[Int(slot)].generation &+= 1
    entries[Int(slot)].link = firstFree
    firstFree = slot
  }

  /// The number that stands for the connection at `slot` as long as it lives.
  func socket(at slot: UInt32) -> WebSocket {
    WebSocket(slot: slot, generation: entries[Int(slot)].generation)
  }

  /// Runs `body` with the connection that `socket` means; `nil` when it has ended.
  ///
  /// The reference is lent, not counted: a count goes over the bus for each message otherwise.
  @inline(__always)
  func with<R>(_ socket: WebSocket, _ body: (Connection) -> R) -> R? {
    guard Int(socket.slot) < entries.count else { return nil }
    let entry = entries[Int(socket.slot)]
    guard entry.generation == socket.generation, let connection = unsafe entry.connection
    else { return nil }
    // The handle holds the object, and its memory is freed in a later round at the earliest.
    return unsafe Unmanaged.passUnretained(connection)._withUnsafeGuaranteedRef(body)
  }

  /// The connection at `slot`, if any.
  subscript(slot: UInt32) -> Connection? {
    Int(slot) < entries.count ? unsafe entries[Int(slot)].connection : nil
  }

  /// The bucket of the ``DeadlineWheel`` that the connection at `slot` is in.
  func bucket(at slot: UInt32) -> UInt32 { entries[Int(slot)].link }

  /// Notes the bucket.
  func setBucket(_ bucket: UInt32, at slot: UInt32) {
    entries[Int(slot)].link = bucket
  }

  /// All connections, counted references.
  var all: [Connection] { entries.compactMap { unsafe $0.connection } }
}
