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

  /// What can be set.
  public struct Settings: Sendable {
    /// See ``DuplicateIDs``.
    public var duplicateIDs = DuplicateIDs.share
    /// How long a client may be away before its peers are told that it left, ms.
    public var leaveGrace: UInt64 = 0
    /// Bytes of kept messages that are handed over ahead of a client's reading; no more than what may
    /// pile up for it, so that they never make it a slow reader.
    public var feedBytes = 256 * 1024
    /// Messages a second for one connection, 1 to 1,000,000; 0 is no limit.
    public var rateLimit = 0

    /// The defaults.
    public init() {}
  }

  let settings: Settings
  let mailbox: any Mailbox
  let clients = ClientTable()
  /// Messages handed to the mailbox whose senders wait to hear of it.
  var uncommitted = Queue<Uncommitted>()
  /// Clients whose kept messages have been delivered and may have been taken by the system.
  var feedsToCheck: [Client.Index] = []
  /// Clients in their leave grace, the one that ends first in front.
  private var graces = Queue<(client: Client.Index, end: UInt64)>()
  /// What the senders' last messages looked up, which the next ones mostly need again.
  let recent = RecentRoutes()

  /// Starts with nobody.
  public init(settings: Settings = Settings(), mailbox: any Mailbox) {
    self.settings = settings
    self.mailbox = mailbox
  }

  /// Clients that are known: connected, or peers of somebody.
  public var clientCount: Int { clients.count }

  /// Whether another connection of this client would be taken.
  public func admits(_ id: ClientID) -> Bool {
    guard settings.duplicateIDs == .reject, let client = find(id) else { return true }
    return clients[client].connection == nil
  }

  /// A client has connected, which may be connected already.
  ///
  /// - Returns: its place, for the calls that follow; it stays until the last `disconnect`.
  public func connect(
    _ id: ClientID,
    _ connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) -> UInt32 {
    recent.clear()
    let client = find(id) ?? clients.add(id)
    if !clients[client].isOnline { returned(client, at: now) }
    clients[client].details?.graceEnd = nil
    if settings.duplicateIDs == .replace {
      for older in clients[client].connections { outlet.replace(older) }
      clients[client].details?.formerFeed = clients[client].details?.feed
      clients[client].removeConnections()
    }
    clients[client].add(connection)
    let isFed = clients[client].details?.feed.map { clients[client].has($0.connection) } ?? false
    if !isFed, mailbox.mayHold(for: id) || clients[client].details?.feed != nil {
      startFeed(client, to: connection)
    }
    return client
  }

  /// A connection has ended, in whatever way; its peers are told if it was the client's last.
  ///
  /// - Parameters:
  ///   - unsent: What had been delivered to it and was not taken by the system, oldest first.
  ///   - isTold: false while the server goes down, which is no leave.
  public func disconnect(
    _ client: UInt32,
    _ connection: ConnectionID,
    unsent: [UndeliveredMessage],
    isTold: Bool = true,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    recent.clear()
    // One that has been replaced was taken out before, and this is no leave.
    guard clients.isKnown(client), clients[client].remove(connection) else {
      return handOver(unsent, from: connection, to: client, through: outlet)
    }
    takeBack(unsent, of: client, from: connection, through: outlet)
    guard clients[client].connection == nil else { return }
    if settings.leaveGrace > 0, isTold {
      let end = now + settings.leaveGrace
      clients[client].detail().graceEnd = end
      graces.append((client, end))
    } else {
      left(client, isTold: isTold, through: outlet)
    }
  }

  /// When `expire` is to be called next for a leave grace, ms.
  public var nextGraceEnd: UInt64? { graces.first?.end }

  /// Tells the peers of clients that did not come back in their leave grace.
  public func endGraces(at now: UInt64, through outlet: any Outlet) {
    while let (client, end) = graces.first, end <= now {
      graces.removeFirst()
      // Another end, or none: it came back meanwhile.
      guard clients.isKnown(client), clients[client].details?.graceEnd == end else { continue }
      clients[client].details?.graceEnd = nil
      left(client, isTold: true, through: outlet)
    }
  }

  /// Forgets pairs whose time is over, and whom nobody knows any more.
  ///
  /// Meant for every few minutes.
  public func expirePairs(at now: UInt64) {
    recent.clear()
    let period = ChatPairs.period(now)
    for client in clients.places where clients.isKnown(client) && !clients[client].isOnline {
      clients.expirePairs(of: client, at: period)
      if clients[client].isForgettable { clients.remove(client) }
    }
  }

  /// Makes two clients chat peers, or renews that: each is told when the other leaves.
  public func updateChatPairs(_ a: UInt32, _ b: UInt32, at now: UInt64) {
    // Nobody is told of their own leaving.
    guard a != b else { return }
    clients.touch(a, b, at: ChatPairs.period(now))
  }

  func find(_ id: ClientID) -> Client.Index? {
    clients.find(Array(id.description.utf8).span)
  }

  /// A client that was offline is there again.
  private func returned(_ client: Client.Index, at now: UInt64) {
    clients.expirePairs(of: client, at: ChatPairs.period(now))
    for peer in clients[client].peers {
      guard let place = clients[peer.client].peer(client) else { continue }
      clients[peer.client].peers[place].hasOfflineNotice = false
    }
  }

  /// A client is offline for good: its peers that are there are told.
  private func left(_ client: Client.Index, isTold: Bool, through outlet: any Outlet) {
    let notice = PlainEnvelope.left(clients[client].id)
    if isTold {
      for peer in clients[client].peers {
        for connection in clients[peer.client].connections {
          tell(connection, notice, through: outlet)
        }
      }
    }
    if clients[client].isForgettable { clients.remove(client) }
  }

  /// Sends a line of the server's own.
  func tell(_ connection: ConnectionID, _ line: String, through outlet: any Outlet) {
    let bytes = Array(line.utf8)
    _ = outlet.deliver(.text, bytes.span, Span(), to: connection)
  }
}
