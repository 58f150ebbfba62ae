/// All known clients, found by place or by name.
///
/// Names are found by open addressing over 4-byte entries: an idle client costs a third of what a
/// dictionary takes. Hashes are seeded for each process, so that nobody can choose names that collide.
///
/// Safe because what is lent lies in a ``Slab``, which checks the place and never moves a client.
@safe final class ClientTable {
  private static let free = UInt32.max

  private let slab = Slab(vacant: Client(.none))
  /// Places by hash, at most half full; a power of two long.
  private var index: [UInt32] = Array(repeating: ClientTable.free, count: 16)

  /// Known clients.
  var count: Int { slab.count }

  /// The client at a place.
  subscript(place: Client.Index) -> Client {
    // Lent, not copied: a copy would count references for each message, and a coroutine allocates.
    @inline(__always) unsafeAddress { unsafe UnsafePointer(slab.address(of: place)) }
    @inline(__always) unsafeMutableAddress { unsafe slab.address(of: place) }
  }

  /// Whether a place is in use.
  func isKnown(_ place: Client.Index) -> Bool {
    // A name has at least a byte.
    place < slab.end && !self[place].id.description.isEmpty
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
    let place = slab.add(Client(id))
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
    slab.remove(place)
  }

  /// The places in use.
  var places: [Client.Index] { index.filter { $0 != Self.free } }

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
