/// What is sent to connections that speak `sotto.v1`.
extension ConnectionManager {
  /// Sends a message of the log, as `message` or `copy`.
  func send(_ message: StoredMessage, to session: Session, through outlet: any Outlet) {
    guard session.phase != .ended, message.seq > session.last else { return }
    session.last = message.seq
    let isOwn = message.from == clients[session.client].id && message.to != message.from
    if isOwn {
      guard session.since != nil || message.seq >= session.ownFrom else { return }
      writeCopy(message)
    } else {
      write(message, again: message.seq <= session.offered)
    }
    _ = sendWritten(message, to: session, through: outlet)
  }

  /// Sends what `write` or `writeCopy` has written of a message.
  @discardableResult
  func sendWritten(
    _ message: StoredMessage,
    to session: Session,
    through outlet: any Outlet
  ) -> Bool {
    let isTaken = reply.withBytes { head in
      message.form == .binary
        ? outlet.deliver(.binary, head, message.body.span, to: session.connection)
        : outlet.deliver(.text, head, Span(), to: session.connection)
    }
    if !isTaken { session.phase = .ended }
    return isTaken
  }

  /// Sends what is in `reply`, as text.
  func send(to session: Session, through outlet: any Outlet) {
    guard session.phase != .ended else { return }
    if !answer(session.connection, through: outlet) { session.phase = .ended }
  }

  /// Sends what is in `reply`, as text.
  @discardableResult
  func answer(_ connection: ConnectionID, through outlet: any Outlet) -> Bool {
    reply.withBytes { outlet.deliver(.text, $0, Span(), to: connection) }
  }

  /// Writes a `message`; `ref` is that of a `fetch`.
  func write(_ message: StoredMessage, again: Bool, ref: [UInt8] = []) {
    if message.form == .binary {
      reply.binaryMessage(
        from: message.from.bytes,
        id: message.id.span,
        seq: message.seq,
        at: message.at,
        again: again,
        mime: message.mime.span,
        name: message.name.span,
        ref: ref.span
      )
    } else {
      reply.message(
        from: message.from.bytes,
        id: message.id.span,
        seq: message.seq,
        at: message.at,
        again: again,
        message.form,
        message.body.span
      )
    }
  }

  /// Writes a `copy`; `ref` is that of a `fetch`.
  func writeCopy(_ message: StoredMessage, ref: [UInt8] = []) {
    if message.form == .binary {
      reply.binaryCopy(
        to: message.to.bytes,
        id: message.id.span,
        seq: message.seq,
        at: message.at,
        mime: message.mime.span,
        name: message.name.span,
        ref: ref.span
      )
    } else {
      reply.copy(
        to: message.to.bytes,
        id: message.id.span,
        seq: message.seq,
        at: message.at,
        message.form,
        message.body.span
      )
    }
  }

  /// Tells the sender of messages what has become of them.
  func send(
    _ receipt: Receipt,
    to session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    clients[session.client].details?.toldAt = now
    switch receipt.kind {
    case .delivered: reply.delivered(to: receipt.recipient.bytes, id: receipt.id.span)
    case .read: reply.read(to: receipt.recipient.bytes, id: receipt.id.span)
    }
    send(to: session, through: outlet)
  }
}
