/// All known clients, found by place or by name.
///
/// Names are found by open addressing over 4-byte entries: an idle client costs a third of what a
/// dictionary takes. Hashes are seeded for each process, so that nobody can choose names that collide.
///
/// Clients lie in segments of plain memory: an array in a class would count references and record
/// accesses for each message, and growing would move all of them. Safe because every place is checked
/// against `used`, up to which all are initialised, and the memory is freed with the table only.
@safe final class ClientTable {
  private static let free = UInt32.max

  private static let segmentCount: UInt32 = 256
  /// The most segments: 16 million clients.
  private static let maximumSegments = 1 << 16

  /// As many pointers as there may be segments: 512 KiB of address space, of which what is used counts.
  private let segments: UnsafeMutablePointer<UnsafeMutablePointer<Client>>
  /// Places that have been used at any time.
  private var used: UInt32 = 0
  private var freePlaces: [Client.Index] = []
  /// Places by hash, at most half full; a power of two long.
  private var index: [UInt32] = Array(repeating: ClientTable.free, count: 16)
  /// Known clients.
  private(set) var count = 0

  init() {
    unsafe segments = .allocate(capacity: Self.maximumSegments)
  }

  deinit {
    for place in 0..<used { unsafe client(place).deinitialize(count: 1) }
    let filled = (used + Self.segmentCount - 1) / Self.segmentCount
    for number in 0..<Int(filled) { unsafe segments[number].deallocate() }
    unsafe segments.deallocate()
  }

  /// The client at a place.
  subscript(place: Client.Index) -> Client {
    // Lent, not copied: a copy would count references for each message, and a coroutine allocates.
    @inline(__always) unsafeAddress {
      precondition(place < used)
      return unsafe UnsafePointer(client(place))
    }
    @inline(__always) unsafeMutableAddress {
      precondition(place < used)
      return unsafe client(place)
    }
  }

  /// The connection of a client that has just one and nothing else to think of.
  ///
  /// A function of its own, since it runs for each message: lending the client would allocate.
  @inline(__always)
  func soleConnection(of place: Client.Index) -> ConnectionID? {
    precondition(place < used)
    guard unsafe client(place).pointee.details == nil else { return nil }
    return unsafe client(place).pointee.connection
  }

  /// Whether there is more to a client than one plain connection and peers.
  @inline(__always)
  func hasDetails(_ place: Client.Index) -> Bool {
    precondition(place < used)
    return unsafe client(place).pointee.details != nil
  }

  /// Whether a place is in use.
  func isKnown(_ place: Client.Index) -> Bool {
    // A name has at least a byte.
    place < used && !self[place].id.description.isEmpty
  }

  /// The place of the client whose name is made of `bytes`.
  func find(_ bytes: Span<UInt8>) -> Client.Index? {
    let mask = index.count - 1
    var slot = Self.hash(bytes) & mask
    while index[slot] != Self.free {
      if self[index[slot]].id.matches(bytes) { return index[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds a client that is not known yet.
  func add(_ id: ClientID) -> Client.Index {
    if (count + 1) * 2 > index.count { growIndex() }
    let place = freePlaces.popLast() ?? newPlace()
    self[place] = Client(id)
    count += 1
    enter(place, id)
    return place
  }

  /// Forgets a client; its place will be another's.
  func remove(_ place: Client.Index) {
    let mask = index.count - 1
    var slot = Self.hash(self[place].id) & mask
    while index[slot] != place { slot = (slot + 1) & mask }
    // What follows in the same run moves up, so that searches need no marks of what was removed.
    var next = (slot + 1) & mask
    while index[next] != Self.free {
      let home = Self.hash(self[index[next]].id) & mask
      if (next - home) & mask >= (next - slot) & mask {
        index[slot] = index[next]
        slot = next
      }
      next = (next + 1) & mask
    }
    index[slot] = Self.free
    self[place] = Client(.none)
    freePlaces.append(place)
    count -= 1
  }

  /// The places in use.
  var places: [Client.Index] { index.filter { $0 != Self.free } }

  private func newPlace() -> Client.Index {
    if used % Self.segmentCount == 0 {
      let number = Int(used / Self.segmentCount)
      precondition(number < Self.maximumSegments)
      unsafe (segments + number).initialize(to: .allocate(capacity: Int(Self.segmentCount)))
    }
    unsafe client(used).initialize(to: Client(.none))
    used += 1
    return used - 1
  }

  @inline(__always)
  private func client(_ place: UInt32) -> UnsafeMutablePointer<Client> {
    unsafe segments[Int(place / Self.segmentCount)] + Int(place % Self.segmentCount)
  }

  private func enter(_ place: Client.Index, _ id: ClientID) {
    let mask = index.count - 1
    var slot = Self.hash(id) & mask
    while index[slot] != Self.free { slot = (slot + 1) & mask }
    index[slot] = place
  }

  private func growIndex() {
    let places = places
    index = Array(repeating: Self.free, count: index.count * 2)
    for place in places { enter(place, self[place].id) }
  }

  private static func hash(_ id: ClientID) -> Int {
    hash(Array(id.description.utf8).span)
  }

  private static func hash(_ bytes: Span<UInt8>) -> Int {
    var hasher = Hasher()
    var offset = 0
    while offset + 8 <= bytes.count {
      hasher.combine(bytes.word(at: offset))
      offset += 8
    }
    hasher.combine(bytes.word(at: offset, count: bytes.count - offset))
    hasher.combine(bytes.count)
    return hasher.finalize()
  }
}
