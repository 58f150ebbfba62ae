/// What has become of a message that was accepted.
public enum AcceptedState: String, Sendable, CaseIterable {
  /// It is on its way to at least one connection of the recipient.
  case sent
  /// It waits for the recipient.
  case kept
}

/// Why a client left.
public enum LeaveReason: String, Sendable, CaseIterable {
  /// Its connection was closed.
  case closed
  /// It fell silent.
  case lost
  /// The operator removed it.
  case removed
  /// It read too slowly.
  case slow
}

/// Ids and names are given as UTF-8, `ref` and `data` as the JSON that was sent.
extension ReplyBuffer {
  /// Writes an `accepted`: the server answers for the message from here on.
  ///
  /// - Parameter seq: The number in the sender's log.
  public func accepted(id: Span<UInt8>, seq: UInt64, at: UInt64, _ state: AcceptedState) {
    clear()
    append("{\"type\":\"accepted\",\"id\":")
    appendString(id)
    append(",\"seq\":")
    append(decimal: seq)
    append(",\"at\":")
    append(decimal: at)
    switch state {
    case .sent: append(",\"state\":\"sent\"}")
    case .kept: append(",\"state\":\"kept\"}")
    }
  }

  /// Writes a `delivered`: `to` has processed this message and those accepted before it.
  public func delivered(to: Span<UInt8>, id: Span<UInt8>) {
    clear()
    append("{\"type\":\"delivered\",\"to\":")
    receipt(to, id)
  }

  /// Writes a `read`: `to` has read this message and those accepted before it.
  public func read(to: Span<UInt8>, id: Span<UInt8>) {
    clear()
    append("{\"type\":\"read\",\"to\":")
    receipt(to, id)
  }

  private func receipt(_ to: Span<UInt8>, _ id: Span<UInt8>) {
    appendString(to)
    append(",\"id\":")
    appendString(id)
    append("}")
  }

  /// Writes a `signal`.
  public func signal(from: Span<UInt8>, data: Span<UInt8>) {
    clear()
    append("{\"type\":\"signal\",\"from\":")
    appendString(from)
    append(",\"data\":")
    append(data)
    append("}")
  }

  /// Writes a `presence`.
  public func presence(peer: Span<UInt8>, isOnline: Bool) {
    clear()
    append("{\"type\":\"presence\",\"peer\":")
    appendString(peer)
    if isOnline { append(",\"online\":true}") } else { append(",\"online\":false}") }
  }

  /// Writes a `left`.
  ///
  /// - Parameters:
  ///   - at: ms since 1970.
  ///   - after: How long before that its last sign of life was, ms.
  public func left(peer: Span<UInt8>, at: UInt64, why: LeaveReason, after: UInt64) {
    clear()
    append("{\"type\":\"left\",\"peer\":")
    appendString(peer)
    append(",\"at\":")
    append(decimal: at)
    append(",\"why\":")
    appendString(why.rawValue)
    append(",\"after\":")
    append(decimal: after)
    append("}")
  }

  /// Writes a `gap`: so many messages outlived their time undelivered.
  public func gap(from: Span<UInt8>, count: UInt64) {
    clear()
    append("{\"type\":\"gap\",\"from\":")
    appendString(from)
    append(",\"count\":")
    append(decimal: count)
    append("}")
  }

  /// Writes a `bye`: the server is about to close.
  ///
  /// - Parameter retry: When to come back, ms; `nil` if not at all.
  public func bye(code: UInt16, retry: UInt64?) {
    clear()
    append("{\"type\":\"bye\",\"code\":")
    append(decimal: UInt64(code))
    if let retry {
      append(",\"retry\":")
      append(decimal: retry)
    }
    append("}")
  }

  /// Writes a `pong`.
  ///
  /// - Parameter ref: Empty for none.
  public func pong(ref: Span<UInt8> = Span()) {
    clear()
    append("{\"type\":\"pong\"")
    optional(",\"ref\":", json: ref)
    append("}")
  }

  /// Writes an `error`.
  ///
  /// - Parameters:
  ///   - sentence: For a person; without anything secret.
  ///   - id: The message that it is about; empty for none.
  ///   - ref: Empty for none.
  public func error(
    _ code: ErrorCode,
    _ sentence: String,
    id: Span<UInt8> = Span(),
    ref: Span<UInt8> = Span()
  ) {
    startError(code, sentence)
    optional(",\"id\":", string: id)
    optional(",\"ref\":", json: ref)
    append("}")
  }

  /// Writes an `error` about a request.
  ///
  /// - Parameter frame: The bytes that the request was read from.
  public func error(
    _ code: ErrorCode,
    _ sentence: String,
    about reference: Reference,
    in frame: Span<UInt8>
  ) {
    startError(code, sentence)
    if let id = reference.id { optional(",\"id\":", json: frame.extracting(id.token)) }
    if let ref = reference.ref { optional(",\"ref\":", json: frame.extracting(ref)) }
    append("}")
  }

  /// Writes the `error` for a message that is not taken.
  public func error(_ refusal: Refusal, in frame: Span<UInt8>) {
    error(refusal.error.code, refusal.error.sentence, about: refusal.reference, in: frame)
  }

  private func startError(_ code: ErrorCode, _ sentence: String) {
    clear()
    append("{\"type\":\"error\",\"code\":")
    appendString(code.rawValue)
    append(",\"message\":")
    appendString(sentence)
  }
}
