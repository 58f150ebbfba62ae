// How a ``MemoryStore`` finds clients, pairs of them, and messages.

extension MemoryStore {
  /// The place of a client, if anything is known of it.
  func find(_ client: ClientID) -> UInt32? {
    names.find(hash(client.bytes)) { clients[$0].id == client }
  }

  /// The place of a client, of which something is about to be known.
  func place(of client: ClientID) -> UInt32 {
    let hash = hash(client.bytes)
    if let place = names.find(hash, where: { clients[$0].id == client }) { return place }
    let place = clients.add(Record(id: client))
    names.add(hash, place)
    return place
  }

  /// The place of a pair, if there are messages between the two.
  func findPair(_ a: UInt32, _ b: UInt32) -> UInt32? {
    let (low, high) = (min(a, b), max(a, b))
    return pairPlaces.find(hash(low, high)) { pairs[$0].low == low && pairs[$0].high == high }
  }

  /// The place of a pair, which is about to have a message.
  func placeOfPair(_ a: UInt32, _ b: UInt32) -> UInt32 {
    if let place = findPair(a, b) { return place }
    let (low, high) = (min(a, b), max(a, b))
    let place = pairs.add(Pair(low: low, high: high))
    pairPlaces.add(hash(low, high), place)
    clients[low].pairs += 1
    if high != low { clients[high].pairs += 1 }
    return place
  }

  /// That of the last message, if this one goes the same way.
  func recentRoute(_ sender: ClientID, _ target: ClientID) -> Route? {
    guard let recent, clients[recent.from].id == sender, clients[recent.to].id == target else {
      return nil
    }
    return recent
  }

  /// The place of the message with this key.
  func find(_ key: MessageKey) -> UInt32? {
    keys.find(Self.hash(key.rawValue)) { entries[$0].key == key.rawValue }
  }

  /// Keys are hashes already.
  static func hash(_ key: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: key) }

  /// Forgets a pair without messages, and the two if nothing is left of them.
  func forget(pair place: UInt32) {
    forgotten = forgotten + 1
    if recent?.pair == place { recent = nil }
    let (low, high) = (pairs[place].low, pairs[place].high)
    if pairs[place].progressFromLow.isNews { clients[low].news.removeAll { $0 == place } }
    if pairs[place].progressFromHigh.isNews { clients[high].news.removeAll { $0 == place } }
    pairPlaces.remove(hash(low, high), place)
    pairs.remove(place)
    for client in low == high ? [low] : [low, high] {
      clients[client].pairs -= 1
      forgetIfEmpty(client: client)
    }
  }

  /// Forgets a client of which nothing is left.
  func forgetIfEmpty(client place: UInt32) {
    guard clients[place].isForgettable else { return }
    forgotten = forgotten + 1
    let id = clients[place].id
    names.remove(hash(id.bytes), place)
    clients.remove(place)
  }

  /// A hash of a name by multiplications with secrets, after Wang Yi's "wyhash": far cheaper than SipHash.
  @inline(__always)
  private func hash(_ name: Span<UInt8>) -> UInt64 {
    var hash = identity.key.low ^ UInt64(name.count)
    var offset = 0
    while offset + 8 <= name.count {
      hash = Self.fold(hash ^ name.word(at: offset), identity.key.high | 1)
      offset += 8
    }
    let rest = name.word(at: offset, count: name.count - offset)
    return Self.fold(Self.fold(hash ^ rest, identity.key.high | 1) ^ identity.key.low, Self.odd)
  }

  /// A hash of two places.
  private func hash(_ low: UInt32, _ high: UInt32) -> UInt64 {
    Self.fold(UInt64(low) << 32 ^ UInt64(high) ^ identity.key.low, Self.odd)
  }

  /// 2^64 divided by the golden ratio, whose ones and zeros are well mixed.
  private static let odd: UInt64 = 0x9e37_79b9_7f4a_7c15

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
