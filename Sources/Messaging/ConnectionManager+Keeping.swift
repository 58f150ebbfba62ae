/// Messages on their way into the store.
extension ConnectionManager {
  /// Puts a plain message into the store, and on its way if its target is there.
  ///
  /// - Parameter connection: Where it came from; its client hears what becomes of the message.
  func keep(
    _ message: KeptMessage,
    for target: Client.Index,
    from sender: Client.Index,
    over connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    // What the target has taken makes room first.
    checkFeed(of: target, at: now, through: outlet)
    var wantsNotice = false
    if !clients[target].isOnline, let place = clients[sender].peer(target) {
      wantsNotice = !clients[sender].peers[place].hasOfflineNotice
      clients[sender].peers[place].hasOfflineNotice = true
    }
    let awaited = Awaited.Keep(
      sender: message.sender,
      connection: connection,
      target: clients[target].id,
      wantsNotice: wantsNotice,
      bytes: StoredMessage.storedBytes(message.body.count)
    )
    keep(message, for: target, from: sender, awaited, at: now, through: outlet)
  }

  /// Puts a message into the store that connections of its target had been given and did not take.
  func keepAgain(
    _ message: KeptMessage,
    for target: Client.Index,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    let awaited = Awaited.Keep(
      sender: message.sender,
      connection: nil,
      target: clients[target].id,
      wantsNotice: false,
      bytes: StoredMessage.storedBytes(message.body.count)
    )
    // Its sender's other connections have got their copies, if any, when it was sent.
    keep(message, for: target, from: nil, awaited, at: now, through: outlet)
  }

  private func keep(
    _ message: KeptMessage,
    for target: Client.Index,
    from sender: Client.Index?,
    _ awaited: Awaited.Keep,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    guard let seq = store.nextNumber() else {
      return refuse(awaited, .unavailable, through: outlet)
    }
    let stored = StoredMessage(
      seq: seq,
      at: epoch &+ now,
      from: message.sender,
      to: awaited.target,
      // Nobody else may begin one like that, and no number is given twice.
      id: Array("~\(String(seq, radix: 36))".utf8),
      form: message.form == .text ? .plainText : .binary,
      body: message.body
    )
    let route = Route(sender: sender, over: awaited.connection, target: target)
    let key = MessageKey(stored.from.bytes, stored.id.span, key: hashKey)
    let (ticket, _) = put(stored, key: key, digest: 0, route, through: outlet)
    unfinished.value.awaited.append(ticket, .keep(awaited))
    resumeStalled(at: now)
  }

  /// A plain message could not be kept.
  func refuse(_ keep: Awaited.Keep, _ error: StoreError, through outlet: any Outlet) {
    if keep.wantsNotice { owesNotice(of: keep.target, to: keep.sender) }
    let sender = keep.connection == nil ? find(keep.sender) : nil
    let connections = keep.connection.map { [$0] } ?? sender.map { clients[$0].connections } ?? []
    for connection in connections {
      tell(connection, PlainEnvelope.notKept(keep.target, error), through: outlet)
    }
  }

  /// The notice that a target is offline has not been given: the next message brings it.
  private func owesNotice(of target: ClientID, to sender: ClientID) {
    guard let sender = find(sender), let target = find(target),
      let place = clients[sender].peer(target)
    else { return }
    clients[sender].peers[place].hasOfflineNotice = false
  }

  /// From whom to whom a message goes.
  struct Route {
    /// `nil` when it has been sent before, and only its target gets it.
    let sender: Client.Index?
    /// The connection that has sent it, which gets no copy.
    let over: ConnectionID?
    let target: Client.Index
  }

  /// Puts a message into the store, and on its way to whoever is there.
  ///
  /// - Returns: the ticket, for whoever notes what is awaited, and whether the message is on its way to a
  ///   connection of its target.
  func put(
    _ message: consuming StoredMessage,
    key: MessageKey,
    digest: UInt128,
    _ route: Route,
    through outlet: any Outlet
  ) -> (ticket: StoreTicket, isForwarded: Bool) {
    let isForwarded = forward(message, to: route.target, through: outlet)
    if let sender = route.sender, sender != route.target, clients[sender].hasSessions {
      clients[sender].details?.changeWaiting { $0.last = message.seq }
      copy(message, of: sender, except: route.over, through: outlet)
    }
    note(message, to: route.target)
    unfinished.value.lookUps.noteKept(key)
    return (store.keep(message, key: key, digest: digest, isOffered: isForwarded), isForwarded)
  }

  /// Sends a message to the connections of its target that have got all before it; for the others it
  /// comes from the store.
  ///
  /// While nothing can be kept, nothing is sent on.
  private func forward(
    _ message: StoredMessage,
    to target: Client.Index,
    through outlet: any Outlet
  ) -> Bool {
    guard clients[target].isConnected else { return false }
    let isAllowed = mayForward(message, to: target)
    var isForwarded = false
    if let details = clients[target].details, !details.sessions.isEmpty {
      isForwarded = forward(message, to: details.sessions, isAllowed: isAllowed, through: outlet)
    }
    guard let connection = clients[target].connection else { return isForwarded }
    let details = clients[target].details
    if !isAllowed {
      // If it can be kept after all, it comes from there.
      details?.feed?.tail.overflow()
      if details?.feed == nil { startFeed(target, to: connection, at: message.at &- epoch) }
      return isForwarded
    }
    if let feed = details?.feed, feed.phase != .live || feed.tail.hasOverflowed {
      details?.feed?.tail.append(message)
      return isForwarded
    }
    return addToBatch(message, of: target, through: outlet) || isForwarded
  }

  private func mayForward(_ message: StoredMessage, to target: Client.Index) -> Bool {
    guard store.isAvailable, !store.isFull else { return false }
    guard let waiting = clients[target].details?.waiting else { return true }
    return waiting.count < settings.limits.messages
      && waiting.bytes <= settings.limits.bytes - message.storedBytes
  }

  /// Counts a message that its target has to acknowledge.
  private func note(_ message: StoredMessage, to target: Client.Index) {
    clients[target].details?.changeWaiting { $0.add(message) }
  }
}
