/// What the last message looked up. Most messages come in runs from one sender to one target.
struct RecentRoute {
  var sender = Client.Index.max
  var target = Client.Index.max
  var targetName: [UInt8] = []
  var period: UInt32 = 0
  var form = MessageForm.text
  var prefix: [UInt8] = []
}

extension ConnectionManager {
  /// Sends on what a client has sent, `TARGET:MESSAGE`: to all connections of the target, or, when
  /// there is none, to its mailbox.
  ///
  /// - Parameters:
  ///   - payload: Valid UTF-8 if `form` is text.
  ///   - sender: What `connect` returned.
  ///   - connection: Where it came from, which is answered if need be.
  public func sendPersonalMessage(
    _ payload: Span<UInt8>, _ form: MessageForm, from sender: UInt32,
    over connection: ConnectionID, at now: UInt64, through outlet: any Outlet
  ) {
    guard let colon = PlainEnvelope.colon(in: payload) else {
      return tell(connection, PlainEnvelope.noColon, through: outlet)
    }
    if !isRecent(payload, colon, form, sender, now) {
      do throws(ClientIDError) {
        try prepare(payload.extracting(0..<colon), form, sender, now)
      } catch {
        return tell(connection, PlainEnvelope.badTarget(error), through: outlet)
      }
    }
    let target = recent.target
    let body = payload.extracting(colon + 1..<payload.count)
    // The common case: one connection, and nothing else to think of.
    if clients[target].details == nil, let only = clients[target].connection,
      outlet.deliver(form, recent.prefix.span, body, to: only)
    {
      return
    }
    deliver(body, form, from: sender, over: connection, to: target, through: outlet)
  }

  private func isRecent(
    _ payload: Span<UInt8>, _ colon: Int, _ form: MessageForm, _ sender: Client.Index, _ now: UInt64
  ) -> Bool {
    guard recent.sender == sender, recent.targetName.count == colon, recent.form == form,
      recent.period == ChatPairs.period(now)
    else { return false }
    for index in 0..<colon where recent.targetName[index] != payload[index] { return false }
    return true
  }

  /// Finds the target, or makes an absent one of it, and notes the pair.
  private func prepare(
    _ name: Span<UInt8>, _ form: MessageForm, _ sender: Client.Index, _ now: UInt64
  ) throws(ClientIDError) {
    let target: Client.Index
    if let known = clients.find(name) {
      target = known
    } else {
      target = clients.add(try ClientID(name))
    }
    if target != sender { updateChatPairs(sender, target, at: now) }
    if recent.sender != sender || recent.form != form {
      recent.prefix = PlainEnvelope.prefix(form, from: clients[sender].id)
    }
    if recent.target != target {
      recent.targetName.removeAll(keepingCapacity: true)
      for index in 0..<name.count { recent.targetName.append(name[index]) }
    }
    recent.sender = sender
    recent.target = target
    recent.form = form
    recent.period = ChatPairs.period(now)
  }

  /// The less common cases: several connections, none, or one that does not take it.
  private func deliver(
    _ body: Span<UInt8>, _ form: MessageForm, from sender: Client.Index,
    over connection: ConnectionID, to target: Client.Index, through outlet: any Outlet
  ) {
    let details = clients[target].details
    if details?.held.isEmpty ?? true, details?.feed == nil {
      var isDelivered = false
      for one in clients[target].connections
      where outlet.deliver(form, recent.prefix.span, body, to: one) {
        isDelivered = true
      }
      guard !isDelivered else { return }
    }
    var copy: [UInt8] = []
    copy.reserveCapacity(body.count)
    for index in 0..<body.count { copy.append(body[index]) }
    let message = KeptMessage(from: clients[sender].id, form, copy)
    if clients[target].details?.feed != nil || clients[target].connection == nil {
      keep(message, for: target, from: sender, over: connection)
    } else {
      // Its connections have failed and their ends are about to be reported: what was delivered to
      // them before goes into the mailbox first.
      clients[target].detail().held.append(message)
    }
  }
}
