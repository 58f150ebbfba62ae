/// What the manager knows of one client: kept small, since there is one for each idle connection.
struct Client {
  /// No socket has all bits set: there would have to be 4 billion of them.
  private static let noConnection = UInt64.max

  /// The place of a client in the table; stays as long as the client is known.
  typealias Index = UInt32

  let id: ClientID
  /// The first plain connection, if there is any: most clients have one, and no more of what follows.
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

  /// Whether it has a connection of either protocol.
  var isConnected: Bool { connection != nil || hasSessions }

  /// Whether it counts as online: connected, or in its leave grace.
  var isOnline: Bool { isConnected || details?.absence?.graceEnd != nil }

  /// Whether it has a connection that speaks `sotto.v1`.
  var hasSessions: Bool { details.map { !$0.sessions.isEmpty } ?? false }

  /// Whether nothing has to be remembered of it.
  var isForgettable: Bool {
    connection == nil && peers.isEmpty && details?.isForgettable ?? true
  }

  /// All plain connections, the oldest first.
  var connections: [ConnectionID] {
    guard let connection else { return [] }
    return [connection] + (details?.moreConnections ?? [])
  }

  /// Whether a plain connection is one of its own.
  func has(_ other: ConnectionID) -> Bool {
    connection == other || details?.moreConnections.contains(other) ?? false
  }

  /// The session of a connection.
  func session(_ connection: ConnectionID) -> Session? {
    details?.sessions.first { $0.connection == connection }
  }

  /// Adds a plain connection.
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
    } else if let place = details?.sessions.firstIndex(where: { $0.connection == old }) {
      details?.removeSession(at: place)
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
    details?.removeSessions()
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
  /// Plain connections beyond the first.
  var moreConnections: [ConnectionID] = []
  /// Connections that speak `sotto.v1`; assigned as a whole, too.
  private(set) var sessions: [Session] = []
  /// What waits for it, while it has sessions and the store has told.
  ///
  /// Always assigned as a whole: what is changed in place in a class costs a record of the access.
  private(set) var waiting: Waiting?
  /// Set while it has no connection but may come back.
  var absence: Absence?
  /// Kept messages that are being handed over to plain connections.
  var feed: Feed?
  /// The feed of a replaced connection, until its end is reported: what it did not take of its batch
  /// of kept messages comes by the feed that has followed.
  var formerFeed: Feed?
  /// Messages that came after a connection had failed and before its end was reported.
  var held: [KeptMessage] = []
  /// Whether it may have missed what it was told, over a connection that has ended since it came.
  var mayHaveMissed = false
  /// When a session was told what has become of messages, ms.
  var toldAt: UInt64?
  /// Connections that want to know when it comes and goes, and whose they are.
  var watchers: [ConnectionID: Client.Index] = [:]

  var isForgettable: Bool {
    moreConnections.isEmpty && sessions.isEmpty && absence == nil && feed == nil
      && held.isEmpty && formerFeed == nil && watchers.isEmpty
  }

  /// Adds a connection.
  func add(_ session: Session) { sessions = sessions + [session] }

  /// Takes a connection out.
  func removeSession(at place: Int) {
    sessions = Array(sessions[..<place] + sessions[(place + 1)...])
  }

  /// Takes all connections out.
  func removeSessions() { sessions = [] }

  /// Begins or ends counting what waits.
  func setWaiting(_ waiting: Waiting?) { self.waiting = waiting }

  /// Changes what waits, if that is counted.
  @inline(__always)
  func changeWaiting(_ change: (inout Waiting) -> Void) {
    guard var changed = waiting else { return }
    change(&changed)
    waiting = changed
  }

  /// Whether it may have missed what it was told, since it needs up to `proof` ms to show that it
  /// reads: one that says goodbye does not read what has come by then.
  func mayHaveMissed(at now: UInt64, _ proof: UInt64) -> Bool {
    mayHaveMissed || toldAt.map { now < $0 + proof } ?? false
  }
}

/// What a client with sessions has not acknowledged.
struct Waiting {
  /// Set until the store has told what there was before: only what came since then is in here.
  var asked: StoreTicket?
  /// It has processed all messages to it up to this number.
  var received: UInt64 = 0
  /// The highest number in its log.
  var last: UInt64 = 0
  var count = 0
  var bytes = 0

  init(asked: StoreTicket) { self.asked = asked }

  /// Adds what there was before.
  mutating func add(_ record: ClientRecord) {
    asked = nil
    received = max(received, record.received)
    last = max(last, record.last)
    count += record.waiting
    bytes += record.waitingBytes
  }

  /// Counts a message.
  mutating func add(_ message: StoredMessage) {
    last = message.seq
    count += 1
    bytes += message.storedBytes
  }

  /// Messages do not wait any more.
  mutating func remove(_ count: Int, bytes: Int) {
    self.count = max(self.count - count, 0)
    self.bytes = max(self.bytes - bytes, 0)
  }
}

/// How and when a client's last connection ended.
struct Absence {
  let why: LeaveReason
  /// Its last sign of life, on the manager's clock, ms.
  let lastSign: UInt64
  /// When it counts as having left, ms; `nil` once it has.
  var graceEnd: UInt64?
}

/// A chat peer, in the list of the other.
struct Peer {
  let client: Client.Index
  /// When the last message went between the two, in `ChatPairs.period`s.
  var lastMessage: UInt32
  /// Whether the owner of the list has been told that this peer is offline.
  var hasOfflineNotice = false
}
