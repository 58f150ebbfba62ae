/// All connections of a server by number.
///
/// An entry does not hold its connection: the open libuv handle does. `remove` is called before the
/// handle is closed, so an entry never outlives the object, and that makes it safe; a ``WebSocket``
/// that outlives its entry is told by the generation, which changes each time that a slot is freed.
/// Entries lie in plain memory, and every slot is checked against `used`: an array would count
/// references, and a class property would record accesses, for each message.
@safe final class ConnectionTable {
  @safe private struct Entry {
    var connection: Unmanaged<Connection>?
    var generation: UInt32
    /// In a free slot, the next free one; in a used one, the wheel's bucket.
    var link: UInt32
  }

  private static let none = UInt32.max

  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 64
  /// Entries that have been used at any time.
  private var used: UInt32 = 0
  private var firstFree = ConnectionTable.none
  /// Connections in the table.
  private(set) var count = 0

  init() {
    unsafe entries = .allocate(capacity: 64)
  }

  deinit {
    unsafe entries.deallocate()
  }

  /// Adds a connection and returns its slot.
  func add(_ connection: Connection) -> UInt32 {
    count += 1
    let slot = firstFree == Self.none ? newSlot() : firstFree
    if slot == firstFree { firstFree = unsafe entries[Int(slot)].link }
    unsafe entries[Int(slot)].connection = Unmanaged.passUnretained(connection)
    precondition(slot < used)
    unsafe entries[Int(slot)].link = DeadlineWheel.nowhere
    return slot
  }

  private func newSlot() -> UInt32 {
    if Int(used) == capacity {
      let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
      unsafe larger.moveInitialize(from: entries, count: capacity)
      unsafe entries.deallocate()
      unsafe entries = larger
      capacity *= 2
    }
    unsafe entries.advanced(by: Int(used)).initialize(
      to: Entry(connection: nil, generation: 0, link: 0)
    )
    used += 1
    return used - 1
  }

  /// Puts another object in the place of the one at `slot`; the number stays.
  func replace(at slot: UInt32, by connection: Connection) {
    precondition(slot < used)
    unsafe entries[Int(slot)].connection = Unmanaged.passUnretained(connection)
  }

  /// Frees a slot.
  ///
  /// All ``WebSocket`` values that name it are stale from now on.
  func remove(at slot: UInt32) {
    precondition(slot < used)
    count -= 1
    unsafe entries[Int(slot)].connection = nil
    unsafe entries[Int(slot)].generation &+= 1
    unsafe entries[Int(slot)].link = firstFree
    firstFree = slot
  }

  /// The number that stands for the connection at `slot` as long as it lives.
  func socket(at slot: UInt32) -> WebSocket {
    precondition(slot < used)
    return WebSocket(slot: slot, generation: unsafe entries[Int(slot)].generation)
  }

  /// Runs `body` with the connection that `socket` means; `nil` when it has ended.
  ///
  /// The reference is lent, not counted: the object is freed in a later round at the earliest.
  @inline(__always)
  func with<R>(_ socket: WebSocket, _ body: (Connection) -> R) -> R? {
    guard socket.slot < used else { return nil }
    let entry = unsafe entries + Int(socket.slot)
    guard unsafe entry.pointee.generation == socket.generation,
      let connection = unsafe entry.pointee.connection
    else { return nil }
    return unsafe connection._withUnsafeGuaranteedRef(body)
  }

  /// The connection at `slot`, if any.
  subscript(slot: UInt32) -> Connection? {
    slot < used ? unsafe entries[Int(slot)].connection?.takeUnretainedValue() : nil
  }

  /// Writes what the connection at `slot`, if any, has gathered.
  func flush(at slot: UInt32) {
    guard slot < used else { return }
    // Lent as in `with`.
    unsafe entries[Int(slot)].connection?._withUnsafeGuaranteedRef { $0.flush() }
  }

  /// Whether a connection has the slot.
  func isUsed(_ slot: UInt32) -> Bool {
    guard slot < used else { return false }
    return unsafe entries[Int(slot)].connection != nil
  }

  /// The bucket of the ``DeadlineWheel`` that the connection at `slot` is in.
  func bucket(at slot: UInt32) -> UInt32 {
    precondition(slot < used)
    return unsafe entries[Int(slot)].link
  }

  /// Notes the bucket.
  func setBucket(_ bucket: UInt32, at slot: UInt32) {
    // In a free slot the place holds the next free one.
    precondition(isUsed(slot))
    unsafe entries[Int(slot)].link = bucket
  }

  /// All connections.
  var all: [Connection] { (0..<used).compactMap { self[$0] } }
}
