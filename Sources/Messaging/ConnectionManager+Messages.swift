extension ConnectionManager {
  /// Sends on what a client has sent, `TARGET:MESSAGE`: to all connections of the target, or, when
  /// there is none, into the store.
  ///
  /// - Parameters:
  ///   - payload: Valid UTF-8 if `form` is text.
  ///   - sender: What `connect` returned.
  ///   - connection: Where it came from, which is answered if need be.
  public func sendPersonalMessage(
    _ payload: Span<UInt8>,
    _ form: MessageForm,
    from sender: UInt32,
    over connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    if judgesMessages, !isAllowed(payload, over: connection, at: now, through: outlet) { return }
    let period = ChatPairs.period(now)
    let recent = recent[sender]
    var start = recent.match(payload, form, from: sender, period: period)
    if start == 0 {
      guard let colon = PlainEnvelope.colon(in: payload) else {
        return tell(connection, PlainEnvelope.noColon, through: outlet)
      }
      do throws(ClientIDError) {
        try route(payload.extracting(0..<colon), form, from: sender, at: now)
      } catch {
        return tell(connection, PlainEnvelope.badTarget(error), through: outlet)
      }
      start = colon + 1
    }
    let target = recent.target
    let body = payload.extracting(start..<payload.count)
    // The common case: one connection, and nothing else to think of.
    if clients[sender].details == nil, clients[target].details == nil,
      let only = clients[target].connection
    {
      let isDelivered = recent.withPrefix { outlet.deliver(form, $0, body, to: only) }
      if isDelivered { return }
    }
    deliver(body, form, from: sender, over: connection, to: target, at: now, through: outlet)
  }

  /// Refuses what is too much, or for somebody that the client may not write to.
  private func isAllowed(
    _ payload: Span<UInt8>,
    over connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) -> Bool {
    isWithinRate(connection, at: now, through: outlet)
      && isWithinBounds(payload, over: connection, through: outlet)
  }

  /// Refuses what is one too many for a second; closes the connection of a client that goes on so.
  private func isWithinRate(
    _ connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) -> Bool {
    switch rateLimit?.judge(connection, at: now) {
    case nil, .allowed: return true
    case .refused:
      tell(connection, PlainEnvelope.rateLimited(settings.rateLimit), through: outlet)
    case .persistent: outlet.close(connection, .rateLimited)
    }
    return false
  }

  /// Finds the target, or makes an absent one of it, and notes the pair and the way.
  private func route(
    _ name: Span<UInt8>,
    _ form: MessageForm,
    from sender: Client.Index,
    at now: UInt64
  ) throws(ClientIDError) {
    let target: Client.Index
    if let known = clients.find(name) {
      target = known
    } else {
      target = clients.add(try ClientID(name))
    }
    if target != sender { updateChatPairs(sender, target, at: now) }
    recent[sender].set(
      sender: sender,
      clients[sender].id,
      target: target,
      name,
      form,
      period: ChatPairs.period(now)
    )
  }

  /// The less common cases: several connections, none, or one that does not take it.
  private func deliver(
    _ body: Span<UInt8>,
    _ form: MessageForm,
    from sender: Client.Index,
    over connection: ConnectionID,
    to target: Client.Index,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    let details = clients[target].details
    let isKept = clients[sender].hasSessions || clients[target].hasSessions
    if !isKept, details?.held.isEmpty ?? true, details?.feed == nil {
      var isDelivered = false
      for one in clients[target].connections {
        let isTaken = recent[sender].withPrefix { outlet.deliver(form, $0, body, to: one) }
        isDelivered = isTaken || isDelivered
      }
      guard !isDelivered else { return }
    }
    let message = KeptMessage(from: clients[sender].id, form, outlet.retain(body))
    if isKept || details?.feed != nil || clients[target].connection == nil {
      keep(message, for: target, from: sender, over: connection, at: now, through: outlet)
    } else {
      // Its connections have failed and their ends are about to be reported: what was delivered to
      // them before goes into the store first.
      clients[target].detail().held.append(message)
    }
  }
}
