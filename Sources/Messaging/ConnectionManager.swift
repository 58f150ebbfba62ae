/// Knows who is connected, and decides who gets a message, a kept one or a leave notice.
///
/// No I/O and no clock: bytes go out by the ``Outlet`` that each call is given, and times come in, in
/// milliseconds of one clock. All calls come from one thread.
public final class ConnectionManager {
  /// What happens when a client id connects that is connected already.
  public enum DuplicateIDs: String, Sendable, CaseIterable {
    /// All connections of a client get every message.
    case share
    /// The newer connection takes over, the older ones are closed.
    case replace
    /// The newer connection is refused.
    case reject
  }

  let settings: Settings
  let store: any MessageStore
  /// The secret of the store's hashes.
  let hashKey: SipHash.Key
  let clients = ClientTable()
  /// When the clock that the calls are given stood at zero, ms since 1970.
  public var epoch: UInt64 {
    get { clockStart }
    set { clockStart = newValue }
  }

  /// Not public, so that it need not be recorded that it is read.
  private var clockStart: UInt64 = 0
  /// What clients are told of the server.
  public var link = Link()
  /// What is to be gone on with later.
  let unfinished = PlainMemory(Unfinished())
  /// Calls among them whose answers tell senders what has become of their messages.
  var receiptsAwaited = 0
  /// Called when ``checkFeeds(at:through:)`` has something to look at, so that the loop does not sleep.
  public var onFeedsToCheck: (() -> Void)?
  /// Clients in their leave grace, the one that ends first in front.
  private var graces = Queue<(client: Client.Index, end: UInt64)>()
  /// What the senders' last messages looked up, which the next ones mostly need again.
  let recent = RecentRoutes()
  /// The pair that was renewed last.
  var recentPair = RecentPair()
  /// Where messages of `sotto.v1` are written.
  let reply = ReplyBuffer()
  let rateLimit: RateLimit?
  /// What the tokens of connections allow, where they are asked for.
  let passes: PassTable?
  /// Whether a message might be refused before its target is looked up.
  let judgesMessages: Bool

  /// Starts with nobody.
  ///
  /// - Parameter authenticator: Judges tokens, where they are asked for; each `connect` has a pass then.
  public init(
    settings: Settings = Settings(),
    store: any MessageStore,
    authenticator: (any Authenticator)? = nil
  ) {
    self.settings = settings
    self.store = store
    passes = authenticator.map { PassTable($0) }
    judgesMessages = settings.rateLimit > 0 || authenticator != nil
    hashKey = store.identity.key
    rateLimit = settings.rateLimit > 0 ? RateLimit(messages: settings.rateLimit) : nil
  }

  /// Clients that are known: connected, or peers of somebody.
  public var clientCount: Int { clients.count }

  /// Whether another connection of this client would be taken.
  public func admits(_ id: ClientID) -> Bool {
    guard settings.duplicateIDs == .reject, let client = find(id) else { return true }
    return !clients[client].isConnected
  }

  /// A client has connected, which may be connected already.
  ///
  /// - Parameters:
  ///   - dialect: What the connection speaks.
  ///   - pass: What its token allows, where tokens are asked for.
  /// - Returns: its place, for the calls that follow; it stays until the last `disconnect`.
  public func connect(
    _ id: ClientID,
    _ connection: ConnectionID,
    _ dialect: Dialect = .plain,
    pass: Pass? = nil,
    at now: UInt64,
    through outlet: any Outlet
  ) -> UInt32 {
    recent.clear()
    let client = find(id) ?? clients.add(id)
    if let pass { passes?.set(pass, of: connection, client) }
    let wasOnline = clients[client].isOnline
    if !wasOnline { returned(client, at: now) }
    clients[client].details?.absence = nil
    if settings.duplicateIDs == .replace { replaceConnections(of: client, through: outlet) }
    switch dialect {
    case .plain:
      clients[client].add(connection)
      let isFed = clients[client].details?.feed.map { clients[client].has($0.connection) } ?? false
      if !isFed, store.mayHold(for: id) || clients[client].details?.feed != nil {
        startFeed(client, to: connection, at: now)
      }
    case .v1(let since):
      openSession(client, connection, since: since, at: now)
    }
    if !wasOnline { tellPresence(of: client, isOnline: true, through: outlet) }
    return client
  }

  /// A connection has ended, in whatever way; its peers are told if it was the client's last.
  ///
  /// - Parameters:
  ///   - unsent: What had been delivered to it and was not taken by the system, oldest first.
  ///   - why: As the peers are told.
  ///   - isClean: Whether the client has said goodbye, and so has got all that was sent to it.
  ///   - silence: How long it had given no sign of life, ms.
  ///   - isTold: false while the server goes down, which is no leave.
  public func disconnect(
    _ client: UInt32,
    _ connection: ConnectionID,
    unsent: [UndeliveredMessage],
    why: LeaveReason = .closed,
    isClean: Bool = true,
    silence: UInt64 = 0,
    isTold: Bool = true,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    recent.clear()
    passes?.remove(connection)
    guard clients.isKnown(client) else { return }
    // The details may go with the connection.
    let mayHaveMissed = clients[client].details?.mayHaveMissed(at: now, link.proofTime) ?? false
    if let session = clients[client].session(connection) {
      endSession(session)
      // What it had not sent is in the store.
      _ = clients[client].remove(connection)
      releaseHeld(of: client, at: now, through: outlet)
    } else if clients[client].remove(connection) {
      takeBack(unsent, of: client, from: connection, at: now, through: outlet)
    } else {
      // One that has been replaced was taken out before, and this is no leave.
      return handOver(unsent, from: connection, to: client, at: now, through: outlet)
    }
    // What was sent shortly before a connection ended may not have been read, and what the store is
    // about to answer has not been sent: it is told again.
    let isCertain = isClean && unsent.isEmpty && receiptsAwaited == 0 && !mayHaveMissed
    guard !clients[client].isConnected else {
      if !isCertain { clients[client].detail().mayHaveMissed = true }
      return
    }
    if isCertain { store.close(clients[client].id, at: epoch &+ now) }
    var absence = Absence(why: why, lastSign: now &- silence, graceEnd: nil)
    guard settings.leaveGrace > 0, isTold else {
      return left(client, absence, isTold: isTold, at: now, through: outlet)
    }
    let end = now + settings.leaveGrace
    absence.graceEnd = end
    clients[client].detail().absence = absence
    graces.append((client, end))
  }

  /// When `endGraces` is to be called next, ms.
  public var nextGraceEnd: UInt64? { graces.first?.end }

  /// Tells the peers of clients that did not come back in their leave grace.
  public func endGraces(at now: UInt64, through outlet: any Outlet) {
    while let (client, end) = graces.first, end <= now {
      graces.removeFirst()
      // Another end, or none: it came back meanwhile.
      guard clients.isKnown(client), let absence = clients[client].details?.absence,
        absence.graceEnd == end
      else { continue }
      clients[client].details?.absence = nil
      left(client, absence, isTold: true, at: now, through: outlet)
    }
  }

  /// Forgets pairs whose time is over, and whom nobody knows any more.
  ///
  /// Meant for every few minutes.
  public func expirePairs(at now: UInt64) {
    recent.clear()
    recentPair = RecentPair()
    let period = ChatPairs.period(now)
    for client in clients.places where clients.isKnown(client) && !clients[client].isOnline {
      clients.expirePairs(of: client, at: period)
      forgetIfIdle(client)
    }
  }

  /// Makes two clients chat peers, or renews that: each is told when the other leaves.
  public func updateChatPairs(_ a: UInt32, _ b: UInt32, at now: UInt64) {
    // Nobody is told of their own leaving.
    guard a != b else { return }
    clients.touch(a, b, at: ChatPairs.period(now))
  }

  func find(_ id: ClientID) -> Client.Index? {
    clients.find(id.bytes)
  }

  /// Forgets a client of which nothing has to be remembered.
  func forgetIfIdle(_ client: Client.Index) {
    clients[client].dropIdleDetails()
    guard clients[client].isForgettable else { return }
    recentPair = RecentPair()
    clients.remove(client)
  }

  /// A client that was offline is there again.
  private func returned(_ client: Client.Index, at now: UInt64) {
    clients.expirePairs(of: client, at: ChatPairs.period(now))
    for peer in clients[client].peers {
      guard let place = clients[peer.client].peer(client) else { continue }
      clients[peer.client].peers[place].hasOfflineNotice = false
    }
  }

  private func replaceConnections(of client: Client.Index, through outlet: any Outlet) {
    for older in clients[client].connections { outlet.close(older, .replaced) }
    for session in clients[client].details?.sessions ?? [] {
      say(.replaced, to: session, through: outlet)
      endSession(session)
    }
    clients[client].details?.formerFeed = clients[client].details?.feed
    clients[client].removeConnections()
  }

  /// A client is offline for good: its peers that are there are told.
  private func left(
    _ client: Client.Index,
    _ absence: Absence,
    isTold: Bool,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    if isTold {
      let notice = PlainEnvelope.left(clients[client].id)
      for peer in clients[client].peers {
        for connection in clients[peer.client].connections {
          tell(connection, notice, through: outlet)
        }
        if clients[peer.client].hasSessions {
          tellLeft(client, absence, to: peer.client, at: now, through: outlet)
        }
      }
      tellPresence(of: client, isOnline: false, through: outlet)
    }
    forgetIfIdle(client)
  }

  /// Sends a line of the server's own to a plain connection.
  func tell(_ connection: ConnectionID, _ line: String, through outlet: any Outlet) {
    let bytes = Array(line.utf8)
    _ = outlet.deliver(.text, bytes.span, Span(), to: connection)
  }
}

/// What is spoken on a connection.
public enum Dialect: Equatable, Sendable {
  /// `TARGET:MESSAGE`.
  case plain
  /// JSON with a `type`; the log is wanted from behind number `since` on, or, if that is `nil`, from
  /// the first message that has not been acknowledged.
  case v1(since: UInt64?)

  /// The highest number of a log that a client can name.
  public static let maximumSince = JSONNumber.maximum
}

/// What a ``ConnectionManager`` goes on with when the store has answered, or when something is written.
struct Unfinished: ~Copyable {
  /// What the store is to answer, in the order of the tickets.
  var awaited = AwaitedAnswers()
  /// Messages that are looked up in the store, and what was kept meanwhile.
  var lookUps = LookUps()
  /// What has been delivered since `checkFeeds` was called last.
  var feedsToCheck: [FeedToCheck] = []
  /// What had been delivered before, and has been written since.
  var writtenFeeds: [FeedToCheck] = []
  /// Bytes of the frames that wait in all sessions.
  var earlyBytes = 0
  /// Sessions that wait until the store works again.
  var stalled: [(client: Client.Index, connection: ConnectionID)] = []
  /// Logs that are being erased, in the order of the calls.
  var erasures: [Erasure] = []
}

/// Two clients that have just been made a pair, so that the next message does not look for them.
struct RecentPair: Equatable {
  var sender = Client.Index.max
  var target = Client.Index.max
  var period: UInt32 = 0
}
