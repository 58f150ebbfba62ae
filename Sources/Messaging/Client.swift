/// What the manager knows of one client: kept small, since there is one for each idle connection.
struct Client {
  /// No socket has all bits set: there would have to be 4 billion of them.
  private static let noConnection = UInt64.max

  /// The place of a client in the table; stays as long as the client is known.
  typealias Index = UInt32

  let id: ClientID
  /// The first connection, if there is any: most clients have one, and no more of what follows.
  var connection: ConnectionID? {
    get { connectionNumber == Self.noConnection ? nil : ConnectionID(rawValue: connectionNumber) }
    set { connectionNumber = newValue?.rawValue ?? Self.noConnection }
  }

  /// Eight bytes instead of the sixteen of an optional.
  private var connectionNumber = Self.noConnection
  /// With whom it chats.
  var peers: [Peer] = []
  /// What only some clients have.
  var details: ClientDetails?

  init(_ id: ClientID) { self.id = id }

  /// Whether it counts as online: connected, or in its leave grace.
  var isOnline: Bool { connection != nil || details?.graceEnd != nil }

  /// Whether nothing has to be remembered of it.
  var isForgettable: Bool {
    connection == nil && peers.isEmpty && details?.isForgettable ?? true
  }

  /// All connections, the oldest first.
  var connections: [ConnectionID] {
    guard let connection else { return [] }
    return [connection] + (details?.moreConnections ?? [])
  }

  /// Whether a connection is one of its own.
  func has(_ other: ConnectionID) -> Bool {
    connection == other || details?.moreConnections.contains(other) ?? false
  }

  /// Adds a connection.
  mutating func add(_ new: ConnectionID) {
    if connection == nil { connection = new } else { detail().moreConnections.append(new) }
  }

  /// Takes a connection out; false when it is not one of its own.
  mutating func remove(_ old: ConnectionID) -> Bool {
    if connection == old {
      let more = details?.moreConnections ?? []
      connection = more.first
      details?.moreConnections = Array(more.dropFirst())
    } else if let place = details?.moreConnections.firstIndex(of: old) {
      details?.moreConnections.remove(at: place)
    } else {
      return false
    }
    dropIdleDetails()
    return true
  }

  /// Takes all connections out.
  mutating func removeConnections() {
    connection = nil
    details?.moreConnections = []
  }

  /// Lets the details go when there is nothing in them.
  mutating func dropIdleDetails() {
    if details?.isForgettable ?? false { details = nil }
  }

  /// The details, made when they are first needed.
  mutating func detail() -> ClientDetails {
    if let details { return details }
    let made = ClientDetails()
    details = made
    return made
  }
}

/// The rarer part of a ``Client``.
final class ClientDetails {
  /// Connections beyond the first.
  var moreConnections: [ConnectionID] = []
  /// When it counts as having left, ms; set while it has no connection but may come back.
  var graceEnd: UInt64?
  /// Kept messages that are being handed over.
  var feed: Feed?
  /// The feed of a replaced connection, until its end is reported: what it did not take of its batch
  /// of kept messages comes by the feed that has followed.
  var formerFeed: Feed?
  /// Messages that came after a connection had failed and before its end was reported.
  var held: [KeptMessage] = []

  var isForgettable: Bool {
    moreConnections.isEmpty && graceEnd == nil && feed == nil && held.isEmpty
      && formerFeed == nil
  }
}

/// A chat peer, in the list of the other.
struct Peer {
  let client: Client.Index
  /// When the last message went between the two, in `ChatPairs.period`s.
  var lastMessage: UInt32
  /// Whether the owner of the list has been told that this peer is offline.
  var hasOfflineNotice = false
}
