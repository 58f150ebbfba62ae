/// What becomes of messages that a connection was given and did not take.
extension ConnectionManager {
  /// Puts back what a plain connection did not take.
  func takeBack(
    _ unsent: [UndeliveredMessage],
    of client: Client.Index,
    from connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    var messages = unsent.compactMap { PlainEnvelope.parse($0) }
    let other = clients[client].connection
    if let feed = clients[client].details?.feed, feed.connection == connection {
      // What was delivered before the batch is not in the store.
      let stored = min(messages.count, max(feed.batch.count - feed.refused, 0))
      messages.removeLast(stored)
      if let heir = feed.holders.first(where: { clients[client].has($0) }) {
        clients[client].details?.feed?.connection = heir
        clients[client].details?.feed?.refused = 0
        checkLater(client)
      } else {
        // The batch is in the store still: let go only of what was taken.
        acknowledge(feed.batch.dropLast(stored + feed.refused), of: client, at: now)
        clients[client].details?.feed = nil
        if let other { startFeed(client, to: other, at: now) }
      }
    }
    if other == nil {
      for message in messages { keepAgain(message, for: client, at: now, through: outlet) }
    }
    releaseHeld(of: client, at: now, through: outlet)
    clients[client].dropIdleDetails()
  }

  /// Gives what a replaced connection did not take to the one that replaced it.
  func handOver(
    _ unsent: [UndeliveredMessage],
    from connection: ConnectionID,
    to client: Client.Index,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    defer { clients[client].dropIdleDetails() }
    let messages = unsent.compactMap { PlainEnvelope.parse($0) }
    if let details = clients[client].details, let former = details.formerFeed,
      former.connection == connection
    {
      details.formerFeed = nil
      let taken = former.batch.dropLast(messages.count + former.refused)
      acknowledge(taken, of: client, at: now)
      // The next feed has asked already, for what was taken as well: it asks again.
      if let feed = details.feed, feed.reading != nil, feed.batch.isEmpty, !taken.isEmpty {
        startFeed(client, to: feed.connection, at: now)
      }
      return
    }
    guard !messages.isEmpty else { return }
    clients[client].detail().held.append(contentsOf: messages)
    releaseHeld(of: client, at: now, through: outlet)
  }

  /// Sends on what was held while connections were about to end: to others that have come
  /// meanwhile, or into the store.
  func releaseHeld(of client: Client.Index, at now: UInt64, through outlet: any Outlet) {
    guard let details = clients[client].details, !details.held.isEmpty else { return }
    var held: [KeptMessage] = []
    swap(&held, &details.held)
    for place in held.indices {
      let isLive =
        clients[client].connection != nil && details.feed == nil && !clients[client].hasSessions
      if !isLive {
        keepAgain(held[place], for: client, at: now, through: outlet)
      } else if !deliver(held[place], to: client, through: outlet) {
        // These are about to end, too.
        details.held = Array(held[place...])
        return
      }
    }
  }

  private func deliver(
    _ message: KeptMessage,
    to client: Client.Index,
    through outlet: any Outlet
  ) -> Bool {
    let prefix = PlainEnvelope.prefix(message.form, from: message.sender)
    var isDelivered = false
    for connection in clients[client].connections {
      let isTaken = outlet.deliver(
        message.form,
        prefix.span,
        message.body.span,
        to: connection
      )
      isDelivered = isTaken || isDelivered
    }
    return isDelivered
  }
}
