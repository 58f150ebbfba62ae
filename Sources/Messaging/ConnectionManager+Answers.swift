/// The answers of the store, each to the call that was made before all others that wait.
extension ConnectionManager {
  /// All messages up to a ticket are kept for good.
  public func storeKept(through ticket: StoreTicket, through outlet: any Outlet) {
    while true {
      switch unfinished.value.awaited.take(ticket, through: true) {
      case nil: return
      case .accept?:
        if let message = unfinished.value.awaited.takeAccept() {
          accepted(message, through: outlet)
        }
      case .keep(let message)?:
        guard message.wantsNotice, let connection = message.connection else { continue }
        tell(connection, PlainEnvelope.offline(message.target), through: outlet)
      case .operator(let call)?: kept(call)
      default: preconditionFailure("a call that keeps nothing was answered as one that does")
      }
    }
  }

  /// Something could not be done.
  public func storeFailed(
    _ ticket: StoreTicket,
    _ error: StoreError,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    guard let what = takeAwaited(ticket) else { return }
    switch what {
    case .keep(let message):
      forgetWaiting(message.target, bytes: message.bytes)
      refuse(message, error, through: outlet)
    case .accept:
      guard let message = unfinished.value.awaited.takeAccept() else { return }
      forgetWaiting(message.target, bytes: message.bytes)
      refuse(
        message.id,
        error,
        message.target,
        over: message.connection,
        through: outlet
      )
    case .openFeed(let client), .readFeed(let client): failedFeed(ticket, client)
    case .open(let client, let connection), .read(let client, let connection):
      guard let session = session(client, connection), session.reading == ticket else { return }
      session.reading = nil
      unfinished.value.stalled.append((client, connection))
    case .find(let client, let connection, _):
      guard let session = session(client, connection), session.finding == ticket else { return }
      notFound(session, at: now, through: outlet)
    case .acknowledge: break
    case .mark(let connection, let id):
      reply.error(.unavailable, "The store does not work; try again later.", id: id.span)
      answer(connection, through: outlet)
    case .history(let connection, _, let ref), .fetch(let connection, _, let ref):
      reply.error(.unavailable, "The store does not work; try again later.", ref: ref.span)
      answer(connection, through: outlet)
    case .operator(let call): failed(call, error)
    }
  }

  /// The answer to something else than a message that was to be kept.
  public func storeAnswered(
    _ ticket: StoreTicket,
    _ answer: StoreAnswer,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    guard let what = takeAwaited(ticket) else { return }
    switch (what, answer) {
    case (.openFeed(let client), .opened(let record)):
      openedFeed(ticket, client, record, at: now)
    case (.readFeed(let client), .messages(let messages, let more)):
      feed(ticket, client, messages, more: more, at: now, through: outlet)
    case (.open(let client, let connection), .opened(let record)):
      if clients.isKnown(client), clients[client].details?.waiting?.asked == ticket {
        startWaiting(client, record)
      }
      guard let session = session(client, connection), session.reading == ticket else { return }
      opened(session, record, at: now, through: outlet)
    case (.read(let client, let connection), .messages(let messages, let more)):
      guard let session = session(client, connection), session.reading == ticket else { return }
      read(session, messages, more: more, at: now, through: outlet)
    case (.find(let client, let connection, let key), .found(let known)):
      guard let session = session(client, connection), session.finding == ticket else { return }
      found(known, key, of: session, at: now, through: outlet)
    case (.acknowledge(let client, let id), .acknowledged(let done)):
      if clients.isKnown(client), clients[client].id == id {
        stopWaiting(client, done.count, bytes: done.bytes)
      }
      for receipt in done.receipts { tell(receipt, at: now, through: outlet) }
    case (.mark(let connection, let id), .marked(let mark)):
      marked(mark, id, for: connection, at: now, through: outlet)
    case (.history(let connection, let peer, let ref), .history(let entries, let more)):
      tell(entries, more: more, with: peer, ref, to: connection, through: outlet)
    case (.fetch(let connection, let client, let ref), .messages(let messages, _)):
      give(messages.first, of: client, ref, to: connection, through: outlet)
    case (.operator(let call), let answer): answered(call, answer, at: now, through: outlet)
    default: preconditionFailure("the answer of the store is for another call")
    }
  }

  /// What the oldest unanswered call was for; `nil` if that was another one.
  private func takeAwaited(_ ticket: StoreTicket) -> Awaited? {
    let what = unfinished.value.awaited.take(ticket)
    switch what {
    case .acknowledge, .mark: receiptsAwaited -= 1
    default: break
    }
    return what
  }

  private func session(_ client: Client.Index, _ connection: ConnectionID) -> Session? {
    clients.isKnown(client) ? clients[client].session(connection) : nil
  }

  /// A message that was counted has not been kept.
  func forgetWaiting(_ target: ClientID, bytes: Int) {
    guard let target = find(target) else { return }
    stopWaiting(target, 1, bytes: bytes)
  }

  /// Tells the sender of messages, if it is there; if not, the store knows it.
  private func tell(_ receipt: Receipt, at now: UInt64, through outlet: any Outlet) {
    guard let sender = find(receipt.sender) else { return }
    for session in clients[sender].details?.sessions ?? [] {
      if session.phase == .opening {
        session.backlog.value.receipts.append(receipt)
      } else {
        send(receipt, to: session, at: now, through: outlet)
      }
    }
  }

  private func marked(
    _ mark: Marked,
    _ id: [UInt8],
    for connection: ConnectionID,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    switch mark {
    case .news(let receipt): tell(receipt, at: now, through: outlet)
    case .known: break
    case .unknown:
      reply.error(.badRequest, "There is no message with this id from them to you.", id: id.span)
      answer(connection, through: outlet)
    }
  }

  private func tell(
    _ entries: [HistoryEntry],
    more: Bool,
    with peer: ClientID,
    _ ref: [UInt8],
    to connection: ConnectionID,
    through outlet: any Outlet
  ) {
    reply.startHistory(peer: peer.bytes, ref: ref.span)
    var isCut = false
    for entry in entries where !isCut { isCut = !reply.addToHistory(entry) }
    reply.endHistory(more: more || isCut)
    answer(connection, through: outlet)
  }

  private func give(
    _ message: StoredMessage?,
    of client: ClientID,
    _ ref: [UInt8],
    to connection: ConnectionID,
    through outlet: any Outlet
  ) {
    guard let message, message.form == .binary else {
      reply.error(.badRequest, "No binary message has this number in your log.", ref: ref.span)
      answer(connection, through: outlet)
      return
    }
    if message.to == client {
      write(message, again: true, ref: ref)
    } else {
      writeCopy(message, ref: ref)
    }
    reply.withBytes { head in
      _ = outlet.deliver(.binary, head, message.body.span, to: connection)
    }
  }
}
