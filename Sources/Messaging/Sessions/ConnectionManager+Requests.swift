/// What clients of `sotto.v1` ask for.
extension ConnectionManager {
  /// Does what a client asks for.
  ///
  /// - Parameters:
  ///   - frame: Valid UTF-8 if `form` is text.
  ///   - client: What `connect` returned.
  ///   - connection: Where it came from, which is answered.
  public func receive(
    _ frame: Span<UInt8>,
    _ form: MessageForm,
    from client: UInt32,
    over connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    guard clients.isKnown(client), let session = clients[client].session(connection),
      session.phase != .ended
    else { return }
    if session.isReady {
      handle(frame, form, of: session, at: now, through: outlet)
    } else {
      hold(frame, form, of: session, through: outlet)
    }
  }

  /// Does what has waited for the store.
  func handleEarly(_ session: Session, at now: UInt64, through outlet: any Outlet) {
    while session.finding == nil, session.phase != .ended,
      let frame = takeEarly(session)
    {
      handle(frame.bytes.span, frame.form, of: session, at: now, through: outlet)
    }
  }

  /// What has waited longest.
  func takeEarly(_ session: Session) -> EarlyFrames.Frame? {
    guard let frame = session.backlog.value.early.removeFirst() else { return nil }
    unfinished.value.earlyBytes -= frame.heldBytes
    return frame
  }

  private func hold(
    _ frame: Span<UInt8>,
    _ form: MessageForm,
    of session: Session,
    through outlet: any Outlet
  ) {
    let held = EarlyFrames.Frame(form: form, bytes: outlet.retain(frame))
    if unfinished.value.earlyBytes < EarlyFrames.maximumTotalBytes,
      session.backlog.value.early.append(held)
    {
      unfinished.value.earlyBytes += held.heldBytes
      return
    }
    guard let request = try? Request(frame, form) else { return }
    let sentence = "Too much waits for the store; send it again later."
    refuse(request, .unavailable, sentence, frame, of: session, through: outlet)
  }

  private func handle(
    _ frame: Span<UInt8>,
    _ form: MessageForm,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    let request: Request
    do throws(Refusal) {
      request = try Request(frame, form)
    } catch {
      reply.error(error, in: frame)
      return send(to: session, through: outlet)
    }
    switch request.action {
    case .send(let message):
      if judgesMessages,
        !isAllowed(request, to: message.to, frame, of: session, at: now, through: outlet)
      {
        return
      }
      accept(message, frame, form, of: session, at: now, through: outlet)
    case .signal(let signal):
      if judgesMessages,
        !isAllowed(request, to: signal.to, frame, of: session, at: now, through: outlet)
      {
        return
      }
      pass(signal, frame, of: session, through: outlet)
    case .received(let received):
      acknowledge(request, received, frame, of: session, at: now, through: outlet)
    case .read(let read):
      markRead(read, frame, of: session, at: now)
    case .watch(let peers):
      watch(request, peers, frame, of: session, through: outlet)
    case .unwatch(let peers):
      unwatch(request, peers, frame, of: session, through: outlet)
    case .history(let history):
      ask(history, frame, of: session, at: now)
    case .fetch(let fetch):
      ask(fetch, frame, of: session, at: now)
    case .auth(let token):
      renew(token, frame, of: session, at: now, through: outlet)
    case .ping(let ref):
      if let ref { reply.pong(ref: frame.extracting(ref)) } else { reply.pong() }
      send(to: session, through: outlet)
    }
  }

  /// Refuses what is too much, or for somebody that the client may not write to.
  private func isAllowed(
    _ request: Request,
    to target: JSONString,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) -> Bool {
    isWithinRate(request, frame, of: session, at: now, through: outlet)
      && isWithinBounds(request, to: target, frame, of: session, through: outlet)
  }

  /// Refuses what is one too many for a second.
  private func isWithinRate(
    _ request: Request,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) -> Bool {
    guard let rateLimit else { return true }
    switch rateLimit.judge(session.connection, at: now) {
    case .allowed: return true
    case .refused:
      refuse(
        request,
        .rateLimited,
        "Only \(settings.rateLimit) messages a second are allowed.",
        frame,
        of: session,
        through: outlet
      )
    case .persistent: say(.rateLimited, to: session, through: outlet)
    }
    return false
  }

  /// Answers a request by an error.
  func refuse(
    _ request: Request,
    _ code: ErrorCode,
    _ sentence: String,
    _ frame: Span<UInt8>,
    of session: Session,
    through outlet: any Outlet
  ) {
    reply.error(code, sentence, about: request.reference, in: frame)
    send(to: session, through: outlet)
  }

  /// The place of a client that a frame names; made if need be.
  func place(of name: JSONString, in frame: Span<UInt8>) -> Client.Index? {
    name.withBytes(in: frame) { bytes in
      if let known = clients.find(bytes) { return known }
      guard let id = try? ClientID(bytes) else { return nil }
      return clients.add(id)
    }
  }

  /// Sends something on to whoever is there.
  private func pass(
    _ signal: Request.Signal,
    _ frame: Span<UInt8>,
    of session: Session,
    through outlet: any Outlet
  ) {
    let target = signal.to.withBytes(in: frame) { clients.find($0) }
    guard let target, clients[target].hasSessions else { return }
    let sender = clients[session.client].id
    reply.signal(from: sender.bytes, data: frame.extracting(signal.data))
    for other in clients[target].details?.sessions ?? []
    where other.phase != .opening && other.connection != session.connection {
      send(to: other, through: outlet)
    }
  }

  /// A client has processed messages.
  private func acknowledge(
    _ request: Request,
    _ received: Request.Received,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    // Another log: what is remembered of it counts for nothing here.
    guard received.log.withBytes(in: frame, { $0.consists(of: store.identity.log) }),
      let waiting = clients[session.client].details?.waiting
    else { return }
    var seq = received.seq
    let last = max(waiting.last, session.last)
    if seq > last {
      // What was sent on and never kept, because the process died, has a number that is unknown now.
      guard seq < store.firstNumber else {
        return refuse(
          request,
          .badRequest,
          "No message with the number \(seq) has been sent to you.",
          frame,
          of: session,
          through: outlet
        )
      }
      seq = last
    }
    guard seq > waiting.received else { return }
    clients[session.client].details?.changeWaiting { $0.received = seq }
    acknowledge(session.client, through: seq, at: now)
  }

  func acknowledge(_ client: Client.Index, through seq: UInt64, at now: UInt64) {
    let id = clients[client].id
    let ticket = store.acknowledge(id, through: seq, at: epoch &+ now)
    unfinished.value.awaited.append(ticket, .acknowledge(client, id))
    receiptsAwaited += 1
  }

  private func markRead(
    _ read: Request.Read,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64
  ) {
    let id = read.id.unescaped(in: frame)
    let key = read.to.withBytes(in: frame) {
      MessageKey($0, id.span, key: hashKey)
    }
    let ticket = store.markRead(key, by: clients[session.client].id, at: epoch &+ now)
    unfinished.value.awaited.append(ticket, .mark(session.connection, id: id))
    receiptsAwaited += 1
  }

  private func ask(
    _ history: Request.History,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64
  ) {
    guard let peer = try? ClientID(history.peer.unescaped(in: frame).span) else { return }
    let ticket = store.history(
      of: clients[session.client].id,
      with: peer,
      before: history.before,
      limit: history.limit,
      bytes: ReplyBuffer.historyBytes,
      at: epoch &+ now
    )
    let ref = history.ref.map { [UInt8](copying: frame.extracting($0)) } ?? []
    unfinished.value.awaited.append(ticket, .history(session.connection, peer: peer, ref: ref))
  }

  private func ask(
    _ fetch: Request.Fetch,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64
  ) {
    let client = clients[session.client].id
    let ticket = store.fetch(client, fetch.seq, at: epoch &+ now)
    let ref = fetch.ref.map { [UInt8](copying: frame.extracting($0)) } ?? []
    unfinished.value.awaited.append(ticket, .fetch(session.connection, client, ref: ref))
  }
}
