/// Messages of clients that speak `sotto.v1`.
extension ConnectionManager {
  /// Takes a message, unless it has come before.
  func accept(
    _ message: Request.Send,
    _ frame: Span<UInt8>,
    _ form: MessageForm,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    let sender = clients[session.client].id
    let key = message.id.withBytes(in: frame) {
      MessageKey(sender.bytes, $0, key: hashKey)
    }
    guard !store.mayKnow(key) else {
      return find(key, frame, form, of: session, at: now, through: outlet)
    }
    take(message, key, frame, of: session, at: now, through: outlet)
  }

  /// Looks a message up; what the client sends meanwhile waits.
  private func find(
    _ key: MessageKey,
    _ frame: Span<UInt8>,
    _ form: MessageForm,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    session.found = EarlyFrames.Frame(form: form, bytes: outlet.retain(frame))
    unfinished.value.lookUps.begin()
    askAgain(key, of: session, at: now)
  }

  private func askAgain(_ key: MessageKey, of session: Session, at now: UInt64) {
    let ticket = store.find(key, at: epoch &+ now)
    unfinished.value.awaited.append(ticket, .find(session.client, session.connection, key))
    session.finding = ticket
  }

  /// The store has told whether a message has come before.
  func found(
    _ known: KnownMessage?,
    _ key: MessageKey,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    if known == nil, unfinished.value.lookUps.hasKept(key) {
      // It has come over another connection meanwhile.
      return askAgain(key, of: session, at: now)
    }
    session.finding = nil
    unfinished.value.lookUps.end()
    guard let frame = session.found else { return }
    session.found = nil
    defer { handleEarly(session, at: now, through: outlet) }
    let bytes = frame.bytes.span
    guard let request = try? Request(bytes, frame.form), case .send(let message) = request.action
    else { return }
    if let known {
      repeated(request, message, known, bytes, of: session, through: outlet)
    } else {
      take(message, key, bytes, of: session, at: now, through: outlet)
    }
  }

  /// The store cannot tell whether a message has come before.
  func notFound(_ session: Session, at now: UInt64, through outlet: any Outlet) {
    session.finding = nil
    unfinished.value.lookUps.end()
    guard let frame = session.found else { return }
    session.found = nil
    let bytes = frame.bytes.span
    if let request = try? Request(bytes, frame.form) {
      let sentence = "Whether the message was kept is not known: send it again with the same id."
      refuse(request, .unavailable, sentence, bytes, of: session, through: outlet)
    }
    handleEarly(session, at: now, through: outlet)
  }

  /// A message that has come before is answered again, and not sent again.
  private func repeated(
    _ request: Request,
    _ message: Request.Send,
    _ known: KnownMessage,
    _ frame: Span<UInt8>,
    of session: Session,
    through outlet: any Outlet
  ) {
    guard message.digest(in: frame, key: hashKey) == known.digest else {
      return refuse(
        request,
        .badRequest,
        "This id has been used for another message.",
        frame,
        of: session,
        through: outlet
      )
    }
    let target = message.to.withBytes(in: frame) { clients.find($0) }
    let isThere = target.map { clients[$0].isConnected } ?? false
    reply.accepted(
      id: message.id.unescaped(in: frame).span,
      seq: known.seq,
      at: known.at,
      known.isWaiting && !isThere ? .kept : .sent
    )
    send(to: session, through: outlet)
  }

  /// Takes a message that is new.
  private func take(
    _ message: Request.Send,
    _ key: MessageKey,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    let sender = session.client
    guard let target = target(of: message, in: frame, of: session) else { return }
    let id = message.id.unescaped(in: frame)
    notePair(sender, target, at: now)
    checkFeed(of: target, at: now, through: outlet)
    guard let seq = store.nextNumber() else {
      return refuse(id, .unavailable, clients[target].id, over: session.connection, through: outlet)
    }
    let (form, body) = stored(message.body, in: frame, through: outlet)
    let (mime, name) = message.body.labels(in: frame)
    let at = epoch &+ now
    let isThere = clients[target].isConnected
    let recipient = clients[target].id
    let bytes = StoredMessage.storedBytes(body.count)
    let (ticket, isForwarded) = put(
      StoredMessage(
        seq: seq,
        at: at,
        from: clients[sender].id,
        to: recipient,
        id: id,
        form: form,
        mime: mime,
        name: name,
        body: body
      ),
      key: key,
      digest: message.digest(in: frame, key: hashKey),
      Route(sender: sender, over: session.connection, target: target),
      through: outlet
    )
    let accept = Awaited.Accept(
      connection: session.connection,
      id: id,
      seq: seq,
      at: at,
      state: isForwarded || isThere ? .sent : .kept,
      target: recipient,
      bytes: bytes
    )
    unfinished.value.awaited.append(ticket, accepting: accept)
    resumeStalled(at: now)
  }

  /// What is kept of a body.
  private func stored(
    _ body: Request.Body,
    in frame: Span<UInt8>,
    through outlet: any Outlet
  ) -> (BodyForm, ArraySlice<UInt8>) {
    switch body {
    case .text(let text): (.text, outlet.retain(frame.extracting(text.token)))
    case .data(let data): (.data, outlet.retain(frame.extracting(data)))
    case .binary(let binary): (.binary, outlet.retain(frame.extracting(binary.payload)))
    }
  }

  /// Finds the target, which mostly is that of the message before.
  private func target(
    of message: Request.Send,
    in frame: Span<UInt8>,
    of session: Session
  ) -> Client.Index? {
    let last = session.target
    let isSame = message.to.withBytes(in: frame) {
      clients.isKnown(last) && clients[last].id.matches($0)
    }
    if isSame { return last }
    guard let target = place(of: message.to, in: frame) else { return nil }
    session.target = target
    return target
  }

  /// Makes the two chat peers, which mostly they are.
  private func notePair(_ sender: Client.Index, _ target: Client.Index, at now: UInt64) {
    let pair = RecentPair(sender: sender, target: target, period: ChatPairs.period(now))
    guard pair != recentPair else { return }
    updateChatPairs(sender, target, at: now)
    recentPair = pair
  }

  /// The store has a message: its sender is told.
  func accepted(_ message: Awaited.Accept, through outlet: any Outlet) {
    reply.accepted(id: message.id.span, seq: message.seq, at: message.at, message.state)
    answer(message.connection, through: outlet)
  }

  /// A message could not be kept: its sender is told.
  func refuse(
    _ id: [UInt8],
    _ error: StoreError,
    _ target: ClientID,
    over connection: ConnectionID,
    through outlet: any Outlet
  ) {
    switch error {
    case .full:
      reply.error(.mailboxFull, "The mailbox of \(target) is full.", id: id.span)
    case .unavailable:
      reply.error(
        .unavailable,
        "Whether the message was kept is not known: send it again with the same id.",
        id: id.span
      )
    }
    answer(connection, through: outlet)
  }
}

extension Request.Body {
  /// Media type and file name; empty for none.
  fileprivate func labels(in frame: Span<UInt8>) -> (mime: [UInt8], name: [UInt8]) {
    guard case .binary(let binary) = self else { return ([], []) }
    return (binary.mime?.unescaped(in: frame) ?? [], binary.name?.unescaped(in: frame) ?? [])
  }
}
