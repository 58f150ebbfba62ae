/// Kept messages for plain connections.
extension ConnectionManager {
  /// Starts to hand over what is kept for a client that has just connected.
  func startFeed(_ client: Client.Index, to connection: ConnectionID, at now: UInt64) {
    let ticket = store.open(clients[client].id, since: nil, at: epoch &+ now)
    unfinished.value.awaited.append(ticket, .openFeed(client))
    clients[client].detail().feed = Feed(connection: connection, reading: ticket)
  }

  /// The store has told where the kept messages begin.
  func openedFeed(
    _ ticket: StoreTicket,
    _ client: Client.Index,
    _ record: ClientRecord,
    at now: UInt64
  ) {
    guard let details = feedDetails(client, awaiting: ticket) else { return }
    details.feed?.reading = nil
    details.feed?.last = record.received
    readFeed(client, at: now)
  }

  /// The store has given messages.
  func feed(
    _ ticket: StoreTicket,
    _ client: Client.Index,
    _ messages: [StoredMessage],
    more: Bool,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    guard let details = feedDetails(client, awaiting: ticket) else { return }
    details.feed?.reading = nil
    startBatch(of: client)
    for message in messages { addToBatch(message, of: client, through: outlet) }
    if !more { details.feed?.phase = .through }
    checkLater(client)
    if messages.isEmpty { checkFeed(of: client, isWritten: true, at: now, through: outlet) }
  }

  /// The store could not say what is kept: it stays there for another time.
  func failedFeed(_ ticket: StoreTicket, _ client: Client.Index) {
    guard feedDetails(client, awaiting: ticket) != nil else { return }
    endFeed(client)
  }

  private func feedDetails(
    _ client: Client.Index,
    awaiting ticket: StoreTicket
  ) -> ClientDetails? {
    guard clients.isKnown(client), let details = clients[client].details,
      details.feed?.reading == ticket
    else { return nil }
    return details
  }

  /// Delivers a message of the store to all plain connections, as a part of the feed's batch, which is
  /// begun if there is none.
  ///
  /// - Returns: whether one of them has taken it.
  @discardableResult
  func addToBatch(
    _ message: StoredMessage,
    of client: Client.Index,
    through outlet: any Outlet
  ) -> Bool {
    let takers = deliver(message, to: client, through: outlet)
    if clients[client].details?.feed == nil {
      guard let first = takers.first else { return false }
      var feed = Feed(connection: first)
      feed.phase = .live
      feed.holders = takers
      clients[client].detail().feed = feed
      checkLater(client)
    }
    guard let details = clients[client].details, let feed = details.feed else { return false }
    details.feed?.last = message.seq
    details.feed?.batch.append(message.seq)
    details.feed?.holders.removeAll { !takers.contains($0) }
    if !takers.contains(feed.connection) { details.feed?.refused += 1 }
    return !takers.isEmpty
  }

  /// Whether ``checkFeeds(at:through:)`` has anything to look at.
  public var hasFeedsToCheck: Bool {
    !unfinished.value.feedsToCheck.isEmpty || !unfinished.value.writtenFeeds.isEmpty
  }

  /// Has a client's feed looked at after this round's writing.
  func checkLater(_ client: Client.Index) {
    if !hasFeedsToCheck { onFeedsToCheck?() }
    unfinished.value.feedsToCheck.append((client, nil))
  }

  /// Likewise for a session.
  ///
  /// Not inlined: its reading of a public property would be recorded for each message.
  @inline(never)
  func checkLater(_ session: Session) {
    if !hasFeedsToCheck { onFeedsToCheck?() }
    unfinished.value.feedsToCheck.append((session.client, session.connection))
  }

  /// Goes on with the clients whose batches the system has taken.
  ///
  /// Called in each round before its writing: what was delivered in the last one has been written
  /// since, and what was delivered after that is looked at in the next one.
  public func checkFeeds(at now: UInt64, through outlet: any Outlet) {
    var due: [FeedToCheck] = []
    swap(&due, &unfinished.value.writtenFeeds)
    swap(&unfinished.value.writtenFeeds, &unfinished.value.feedsToCheck)
    for (client, connection) in due {
      if let connection {
        checkSession(client, connection, at: now, through: outlet)
      } else {
        checkFeed(of: client, isWritten: true, at: now, through: outlet)
      }
    }
  }

  /// The system has taken all that waited for a connection of this client.
  public func drained(
    _ client: UInt32,
    _ connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    checkFeed(of: client, isWritten: true, at: now, through: outlet)
    checkSession(client, connection, at: now, through: outlet)
  }

  /// Goes on with a client's kept messages if the system has taken the last batch.
  ///
  /// - Parameter isWritten: Whether the batch is known to have been written since: then only what the
  ///   system did not take counts, and not what has been delivered after it.
  func checkFeed(
    of client: Client.Index,
    isWritten: Bool = false,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    // Mostly there is none, which is asked for each message.
    guard clients.isKnown(client), let details = clients[client].details, details.feed != nil,
      let feed = details.feed, feed.reading == nil, feed.refused == 0,
      // Otherwise `drained` comes, or `disconnect` says what has not been taken.
      let unsent = outlet.unsentBytes(of: feed.connection),
      isWritten ? !outlet.isBlocked(feed.connection) : unsent == 0
    else { return }
    acknowledge(feed.batch[...], of: client, at: now)
    startBatch(of: client)
    if feed.phase == .reading || feed.tail.hasOverflowed {
      readFeed(client, at: now)
    } else if feed.tail.messages.isEmpty {
      endFeed(client)
    } else {
      clients[client].details?.feed?.tail = FeedTail()
      clients[client].details?.feed?.phase = .live
      for message in feed.tail.messages { addToBatch(message, of: client, through: outlet) }
      checkLater(client)
    }
  }

  private func startBatch(of client: Client.Index) {
    guard let details = clients[client].details else { return }
    details.feed?.batch = []
    details.feed?.refused = 0
    details.feed?.holders = clients[client].connections
  }

  private func readFeed(_ client: Client.Index, at now: UInt64) {
    guard let details = clients[client].details, let feed = details.feed else { return }
    details.feed?.tail = FeedTail()
    details.feed?.phase = .reading
    let ticket = store.read(
      clients[client].id,
      after: feed.last,
      own: false,
      bytes: settings.feedBytes,
      at: epoch &+ now
    )
    unfinished.value.awaited.append(ticket, .readFeed(client))
    details.feed?.reading = ticket
  }

  /// Lets go of what the system has taken, unless the client has other connections that will say
  /// themselves what they have processed.
  func acknowledge(_ numbers: ArraySlice<UInt64>, of client: Client.Index, at now: UInt64) {
    guard let last = numbers.last, !clients[client].hasSessions else { return }
    acknowledge(client, through: last, at: now)
  }

  func endFeed(_ client: Client.Index) {
    clients[client].details?.feed = nil
    clients[client].dropIdleDetails()
  }

  /// Delivers a message of the store to all plain connections of a client.
  ///
  /// - Returns: those that have taken it.
  func deliver(
    _ message: StoredMessage,
    to client: Client.Index,
    through outlet: any Outlet
  ) -> [ConnectionID] {
    let form = message.form.plainForm
    let prefix = PlainEnvelope.prefix(form, from: message.from)
    return message.form.withPlainBytes(of: message.body.span) { body in
      clients[client].connections.filter {
        outlet.deliver(form, prefix.span, body, to: $0)
      }
    }
  }
}
