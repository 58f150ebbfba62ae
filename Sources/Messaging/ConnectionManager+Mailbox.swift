/// Kept messages on their way to a client that has connected.
///
/// They are read and delivered in batches: the next one when the system has taken the last. Until
/// they are through, newer messages queue behind them in the mailbox.
struct Feed {
  /// Whose taking counts.
  var connection: ConnectionID
  /// The read that is under way.
  var reading: MailboxTicket?
  /// The number of the last message delivered.
  var last: UInt64 = 0
  /// Messages that are delivered and not yet taken by the system.
  var batch: [UInt64] = []
  /// How many at the end of the batch the connection has refused: it is about to end.
  var refused = 0
  /// All connections that have got the whole batch.
  var holders: [ConnectionID] = []
  /// Whether more has been put into the mailbox since the last read was asked for.
  var isBehind = false
}

/// A message whose sender is to be told what became of it.
struct Uncommitted {
  let ticket: MailboxTicket
  let sender: ClientID
  /// Where it came from; `nil` when it had been handed over before and was not taken: then all the
  /// sender's connections are told if it is lost.
  let connection: ConnectionID?
  let target: ClientID
  /// Whether the sender is to hear that the target is offline.
  let wantsNotice: Bool
}

extension ConnectionManager {
  /// Puts a message into the mailbox of a client that is not there.
  func keep(
    _ message: KeptMessage,
    for target: Client.Index,
    from sender: Client.Index,
    over connection: ConnectionID,
    through outlet: any Outlet
  ) {
    // What the target has taken makes room first.
    checkFeed(of: target, through: outlet)
    let id = clients[target].id
    let ticket = mailbox.append(message, for: id)
    clients[target].details?.feed?.isBehind = true
    var wantsNotice = false
    if !clients[target].isOnline, let place = clients[sender].peer(target) {
      wantsNotice = !clients[sender].peers[place].hasOfflineNotice
      clients[sender].peers[place].hasOfflineNotice = true
    }
    uncommitted.append(
      Uncommitted(
        ticket: ticket,
        sender: message.sender,
        connection: connection,
        target: id,
        wantsNotice: wantsNotice
      )
    )
  }

  /// Puts a message into the mailbox that connections of its target had been given and did not take.
  private func keepAgain(_ message: KeptMessage, for target: Client.Index) {
    let id = clients[target].id
    uncommitted.append(
      Uncommitted(
        ticket: mailbox.append(message, for: id),
        sender: message.sender,
        connection: nil,
        target: id,
        wantsNotice: false
      )
    )
  }

  /// The mailbox has kept all messages up to a ticket.
  public func committed(through ticket: MailboxTicket, through outlet: any Outlet) {
    while let first = uncommitted.first, first.ticket <= ticket {
      uncommitted.removeFirst()
      guard first.wantsNotice, let connection = first.connection else { continue }
      tell(connection, PlainEnvelope.offline(first.target), through: outlet)
    }
  }

  /// The mailbox has refused a message.
  public func failed(
    _ ticket: MailboxTicket,
    _ error: MailboxError,
    through outlet: any Outlet
  ) {
    guard let message = uncommitted.remove(where: { $0.ticket == ticket }) else { return }
    if message.wantsNotice { owesNotice(of: message.target, to: message.sender) }
    let sender = message.connection == nil ? find(message.sender) : nil
    let connections =
      message.connection.map { [$0] } ?? sender.map { clients[$0].connections } ?? []
    for connection in connections {
      tell(connection, PlainEnvelope.notKept(message.target, error), through: outlet)
    }
  }

  /// The notice that a target is offline has not been given: the next message brings it.
  private func owesNotice(of target: ClientID, to sender: ClientID) {
    guard let sender = find(sender), let target = find(target),
      let place = clients[sender].peer(target)
    else { return }
    clients[sender].peers[place].hasOfflineNotice = false
  }

  /// Starts to hand over what is kept for a client that has just connected.
  func startFeed(_ client: Client.Index, to connection: ConnectionID) {
    let ticket = mailbox.read(clients[client].id, after: 0, bytes: settings.feedBytes)
    clients[client].detail().feed = Feed(connection: connection, reading: ticket)
  }

  /// The mailbox has answered a read.
  public func read(
    _ ticket: MailboxTicket,
    _ id: ClientID,
    _ messages: [(number: UInt64, message: KeptMessage)],
    through outlet: any Outlet
  ) {
    guard let client = find(id), let details = clients[client].details,
      details.feed?.reading == ticket
    else { return }
    details.feed?.reading = nil
    guard let last = messages.last else {
      if details.feed?.isBehind ?? false { readOn(client) } else { endFeed(client) }
      return
    }
    details.feed?.last = last.number
    details.feed?.batch = messages.map(\.number)
    details.feed?.holders = clients[client].connections
    for (_, message) in messages {
      let takers = deliver(message, to: client, through: outlet)
      details.feed?.holders.removeAll { !takers.contains($0) }
      if let feed = details.feed, !takers.contains(feed.connection) { details.feed?.refused += 1 }
    }
    feedsToCheck.append(client)
  }

  /// Whether ``checkFeeds(through:)`` has anything to look at.
  public var hasFeedsToCheck: Bool { !feedsToCheck.isEmpty }

  /// Goes on with the clients whose batches the system has taken.
  ///
  /// Called after each round's writing.
  public func checkFeeds(through outlet: any Outlet) {
    guard !feedsToCheck.isEmpty else { return }
    var clients: [Client.Index] = []
    swap(&clients, &feedsToCheck)
    for client in clients { checkFeed(of: client, through: outlet) }
  }

  /// The system has taken all that waited for a connection of this client.
  public func drained(_ client: UInt32, through outlet: any Outlet) {
    checkFeed(of: client, through: outlet)
  }

  private func checkFeed(of client: Client.Index, through outlet: any Outlet) {
    guard clients.isKnown(client), let feed = clients[client].details?.feed, feed.reading == nil,
      feed.refused == 0,
      // Otherwise `drained` comes, or `disconnect` says what has not been taken.
      outlet.unsentBytes(of: feed.connection) == 0
    else { return }
    acknowledge(feed.batch[...], of: client)
    readOn(client)
  }

  private func readOn(_ client: Client.Index) {
    guard let details = clients[client].details, let feed = details.feed else { return }
    details.feed?.isBehind = false
    details.feed?.batch = []
    details.feed?.refused = 0
    details.feed?.holders = []
    details.feed?.reading = mailbox.read(
      clients[client].id,
      after: feed.last,
      bytes: settings.feedBytes
    )
  }

  private func acknowledge(_ numbers: ArraySlice<UInt64>, of client: Client.Index) {
    guard let last = numbers.last else { return }
    mailbox.acknowledge(clients[client].id, through: last)
  }

  private func endFeed(_ client: Client.Index) {
    clients[client].details?.feed = nil
    clients[client].dropIdleDetails()
  }

  /// Delivers a message to all connections of a client.
  ///
  /// - Returns: those that have taken it.
  private func deliver(
    _ message: KeptMessage,
    to client: Client.Index,
    through outlet: any Outlet
  ) -> [ConnectionID] {
    let prefix = PlainEnvelope.prefix(message.form, from: message.sender)
    return clients[client].connections.filter {
      outlet.deliver(message.form, prefix.span, message.body.span, to: $0)
    }
  }

  /// Puts back what a connection did not take.
  func takeBack(
    _ unsent: [UndeliveredMessage],
    of client: Client.Index,
    from connection: ConnectionID,
    through outlet: any Outlet
  ) {
    let messages = unsent.compactMap { PlainEnvelope.parse($0) }
    let other = clients[client].connection
    if let feed = clients[client].details?.feed, feed.connection == connection {
      if let heir = feed.holders.first(where: { clients[client].has($0) }) {
        clients[client].details?.feed?.connection = heir
        clients[client].details?.feed?.refused = 0
        feedsToCheck.append(client)
      } else {
        // The batch is in the mailbox still: let go only of what was taken.
        acknowledge(feed.batch.dropLast(messages.count + feed.refused), of: client)
        clients[client].details?.feed = nil
        if let other { startFeed(client, to: other) }
      }
    } else if other == nil {
      for message in messages { keepAgain(message, for: client) }
    }
    releaseHeld(of: client, through: outlet)
    clients[client].dropIdleDetails()
  }

  /// Gives what a replaced connection did not take to the one that replaced it.
  func handOver(
    _ unsent: [UndeliveredMessage],
    from connection: ConnectionID,
    to client: Client.Index,
    through outlet: any Outlet
  ) {
    guard clients.isKnown(client) else { return }
    defer { clients[client].dropIdleDetails() }
    let messages = unsent.compactMap { PlainEnvelope.parse($0) }
    if let details = clients[client].details, let former = details.formerFeed,
      former.connection == connection
    {
      details.formerFeed = nil
      let taken = former.batch.dropLast(messages.count + former.refused)
      acknowledge(taken, of: client)
      // The next feed has asked already, for what was taken as well: it asks again.
      if let feed = details.feed, feed.last == 0, !taken.isEmpty {
        startFeed(client, to: feed.connection)
      }
      return
    }
    guard !messages.isEmpty else { return }
    clients[client].detail().held.append(contentsOf: messages)
    releaseHeld(of: client, through: outlet)
  }

  /// Sends on what was held while connections were about to end: to others that have come
  /// meanwhile, or into the mailbox.
  private func releaseHeld(of client: Client.Index, through outlet: any Outlet) {
    guard let details = clients[client].details, !details.held.isEmpty else { return }
    var held: [KeptMessage] = []
    swap(&held, &details.held)
    for place in held.indices {
      if clients[client].connection == nil || details.feed != nil {
        keepAgain(held[place], for: client)
        details.feed?.isBehind = true
      } else if deliver(held[place], to: client, through: outlet).isEmpty {
        // These are about to end, too.
        details.held = Array(held[place...])
        return
      }
    }
  }
}
