/// The life of a connection that speaks `sotto.v1`: welcome, what its log has, live messages, end.
extension ConnectionManager {
  /// Asks the store what is known of a client that has connected.
  func openSession(
    _ client: Client.Index,
    _ connection: ConnectionID,
    since: UInt64?,
    at now: UInt64
  ) {
    let session = Session(connection, of: client, since: since)
    clients[client].detail().add(session)
    askForWelcome(session, at: now)
  }

  private func askForWelcome(_ session: Session, at now: UInt64) {
    let client = session.client
    session.backlog.value.tail = FeedTail()
    let ticket = store.open(clients[client].id, since: session.since, at: epoch &+ now)
    unfinished.value.awaited.append(ticket, .open(client, session.connection))
    session.reading = ticket
    // What comes from now on is counted here, and what was there before by the store.
    if clients[client].details?.waiting?.asked != nil || clients[client].details?.waiting == nil {
      clients[client].details?.setWaiting(Waiting(asked: ticket))
    }
  }

  /// The store has told: the client is welcome.
  func opened(
    _ session: Session,
    _ record: ClientRecord,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    session.reading = nil
    clients[session.client].details?.changeWaiting { $0.last = max($0.last, record.last) }
    session.last = session.since ?? record.received
    session.offered = record.offered
    reply.welcome(
      Welcome(
        client: clients[session.client].id,
        server: settings.server,
        log: store.identity.log,
        heartbeatInterval: link.heartbeatInterval,
        heartbeatTimeout: link.heartbeatTimeout,
        leaveWithin: link.silenceBound.map { $0 + settings.leaveGrace },
        messageBytes: UInt64(link.messageBytes),
        rate: UInt64(settings.rateLimit),
        dedup: settings.limits.retain,
        pending: UInt64(record.following)
      )
    )
    session.phase = .feeding
    send(to: session, through: outlet)
    for gap in record.gaps {
      reply.gap(from: gap.from.bytes, count: UInt64(gap.count))
      send(to: session, through: outlet)
    }
    for receipt in record.receipts + session.backlog.value.receipts {
      send(receipt, to: session, at: now, through: outlet)
    }
    session.backlog.value.receipts = []
    guard session.phase != .ended else { return }
    if record.following == 0, !session.backlog.value.tail.hasOverflowed {
      finishFeed(session, through: outlet)
    } else {
      readLog(session, at: now)
    }
    handleEarly(session, at: now, through: outlet)
  }

  /// The store has given messages of the log.
  func read(
    _ session: Session,
    _ messages: [StoredMessage],
    more: Bool,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    session.reading = nil
    for message in messages { send(message, to: session, through: outlet) }
    guard session.phase == .feeding else { return }
    if !more { session.phase = .through }
    checkLater(session)
    if messages.isEmpty {
      checkSession(session.client, session.connection, at: now, through: outlet)
    }
  }

  /// What was held while the log was read comes behind it; from now on messages come live.
  private func finishFeed(_ session: Session, through outlet: any Outlet) {
    let tail = session.backlog.value.tail.messages
    session.backlog.value.tail = FeedTail()
    session.phase = .live
    session.ownFrom = 0
    for message in tail { send(message, to: session, through: outlet) }
  }

  /// Goes on when the system has taken what the session was given of its log, which has been written.
  func checkSession(
    _ client: Client.Index,
    _ connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    guard clients.isKnown(client), let session = clients[client].session(connection),
      session.phase == .feeding || session.phase == .through, session.reading == nil,
      // Otherwise `drained` comes.
      outlet.unsentBytes(of: connection) != nil, !outlet.isBlocked(connection)
    else { return }
    if session.phase == .through, !session.backlog.value.tail.hasOverflowed {
      finishFeed(session, through: outlet)
    } else {
      readLog(session, at: now)
    }
  }

  /// Asks the store again, for sessions that it could not answer, if it works.
  ///
  /// Meant for every second.
  public func resumeStalled(at now: UInt64) {
    guard !unfinished.value.stalled.isEmpty, store.isAvailable else { return }
    var due: [(client: Client.Index, connection: ConnectionID)] = []
    swap(&due, &unfinished.value.stalled)
    for (client, connection) in due {
      guard clients.isKnown(client), let session = clients[client].session(connection),
        session.reading == nil
      else { continue }
      if session.phase == .opening {
        askForWelcome(session, at: now)
      } else if session.phase == .feeding || session.phase == .through {
        readLog(session, at: now)
      }
    }
  }

  private func readLog(_ session: Session, at now: UInt64) {
    session.backlog.value.tail = FeedTail()
    session.phase = .feeding
    let ticket = store.read(
      clients[session.client].id,
      after: session.last,
      own: session.since != nil || session.ownFrom != .max,
      bytes: settings.feedBytes,
      at: epoch &+ now
    )
    unfinished.value.awaited.append(ticket, .read(session.client, session.connection))
    session.reading = ticket
  }

  /// Sends a message to the sessions that have got all before it.
  ///
  /// - Parameter isAllowed: Otherwise they go back to what the store has.
  func forward(
    _ message: StoredMessage,
    to sessions: [Session],
    isAllowed: Bool,
    through outlet: any Outlet
  ) -> Bool {
    var isWritten = false
    var isForwarded = false
    for session in sessions {
      switch session.phase {
      case .live where isAllowed:
        // The same for all of them: written once.
        if !isWritten { write(message, again: false) }
        isWritten = true
        session.last = message.seq
        isForwarded = sendWritten(message, to: session, through: outlet) || isForwarded
      case .live:
        session.phase = .feeding
        session.backlog.value.tail.overflow()
        checkLater(session)
      case .opening, .feeding, .through:
        if isAllowed {
          session.backlog.value.tail.append(message)
        } else {
          session.backlog.value.tail.overflow()
        }
      case .ended: break
      }
    }
    return isForwarded
  }

  /// Sends a message to the other sessions of its sender.
  func copy(
    _ message: StoredMessage,
    of sender: Client.Index,
    except over: ConnectionID?,
    through outlet: any Outlet
  ) {
    for session in clients[sender].details?.sessions ?? [] where session.connection != over {
      switch session.phase {
      case .live: send(message, to: session, through: outlet)
      case .opening, .feeding, .through:
        if session.ownFrom == .max { session.ownFrom = message.seq }
        session.backlog.value.tail.append(message)
      case .ended: break
      }
    }
  }

  /// A connection has ended.
  func endSession(_ session: Session) {
    session.phase = .ended
    if session.finding != nil { unfinished.value.lookUps.end() }
    while takeEarly(session) != nil {}
    unwatchAll(session)
    guard let details = clients[session.client].details else { return }
    if details.sessions.count == 1 { details.setWaiting(nil) }
  }

  /// Says why, and closes.
  func say(_ farewell: Farewell, to session: Session, through outlet: any Outlet) {
    reply.bye(code: farewell.code, retry: farewell.retry(for: clients[session.client].id))
    send(to: session, through: outlet)
    session.phase = .ended
    outlet.close(session.connection, farewell)
  }

  /// Says goodbye to all sessions, whose connections are about to be closed with 1001.
  ///
  /// - Parameter rate: How many clients a second may come back; each is told a time of its own.
  public func goAway(rate: Double = 1000, through outlet: any Outlet) {
    let sessions = clients.places.flatMap { clients[$0].details?.sessions ?? [] }
    for (number, session) in sessions.enumerated() {
      let retry = Farewell.retry(number: number, of: sessions.count, rate: rate)
      reply.bye(code: Farewell.goingAway.code, retry: retry)
      send(to: session, through: outlet)
      session.phase = .ended
    }
  }

  /// Tells a client why it cannot come in, over a connection that is no session.
  public func turnAway(
    _ id: ClientID,
    _ connection: ConnectionID,
    _ farewell: Farewell,
    through outlet: any Outlet
  ) {
    reply.bye(code: farewell.code, retry: farewell.retry(for: id))
    answer(connection, through: outlet)
    outlet.close(connection, farewell)
  }
}
