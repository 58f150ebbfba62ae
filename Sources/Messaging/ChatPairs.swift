/// Who chats with whom, and therefore is told when the other leaves.
///
/// A pair lasts for a day after its last message, and beyond that while both stay online. Both lists
/// hold the pair; a message looks through the shorter one only.
enum ChatPairs {
  /// The unit of `Peer.lastMessage`: 65,536 ms, about a minute.
  static let periodShift: UInt64 = 16
  /// A day, in those, rounded up.
  static let lifetime: UInt32 = ((24 * 60 * 60 * 1000) >> 16) + 1
  /// Peers of one client that are online, and likewise those that are not; of more the oldest is forgotten.
  static let maximum = 1000

  /// The present, in periods.
  static func period(_ now: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: now >> periodShift) }
}

extension ClientTable {
  /// Notes a message between two clients, which makes them peers.
  func touch(_ a: Client.Index, _ b: Client.Index, at period: UInt32) {
    let (short, long) = self[a].peers.count <= self[b].peers.count ? (a, b) : (b, a)
    if let place = self[short].peer(long) {
      guard self[short].peers[place].lastMessage != period else { return }
      self[short].peers[place].lastMessage = period
      if let other = self[long].peer(short) { self[long].peers[other].lastMessage = period }
      return
    }
    self[a].peers.append(Peer(client: b, lastMessage: period))
    self[b].peers.append(Peer(client: a, lastMessage: period))
    makeRoom(for: a)
    makeRoom(for: b)
  }

  /// Ends the pair of two clients, as if they had never talked; forgets the peer if that was all.
  func separate(_ a: Client.Index, from b: Client.Index) {
    self[a].removePeer(b)
    self[b].removePeer(a)
    if self[b].isForgettable { remove(b) }
  }

  /// Ends the pairs of a client that is or was offline whose last message is a day old.
  func expirePairs(of client: Client.Index, at period: UInt32) {
    for peer in self[client].peers where period &- peer.lastMessage > ChatPairs.lifetime {
      separate(client, from: peer.client)
    }
  }

  /// Forgets the oldest of the online, and of the absent, peers while there are too many.
  private func makeRoom(for client: Client.Index) {
    // Peers come and go without a message: either kind may have grown.
    for isOnline in [true, false] {
      while let peer = oldestPeer(of: client, online: isOnline, beyond: ChatPairs.maximum) {
        separate(client, from: peer)
      }
    }
  }

  /// The peer of one kind whose last message is the oldest, if there are more than `maximum`.
  private func oldestPeer(
    of client: Client.Index,
    online isOnline: Bool,
    beyond maximum: Int
  ) -> Client.Index? {
    guard self[client].peers.count > maximum else { return nil }
    var count = 0
    var oldest: Peer?
    for peer in self[client].peers where self[peer.client].isOnline == isOnline {
      count += 1
      if oldest.map({ peer.lastMessage < $0.lastMessage }) ?? true { oldest = peer }
    }
    return count > maximum ? oldest?.client : nil
  }
}

extension Client {
  /// The place of a peer in the list.
  func peer(_ client: Client.Index) -> Int? {
    for place in peers.indices where peers[place].client == client { return place }
    return nil
  }

  /// Takes a peer out; the order of the others stays.
  mutating func removePeer(_ client: Client.Index) {
    if let place = peer(client) { peers.remove(at: place) }
  }
}
