/// Messages that a back end sends in somebody's name.
extension ConnectionManager {
  /// Sends a message as its `from` would; the two become no chat peers by it.
  ///
  /// - Parameter completion: Told once what has become of it, at once or when the store has answered.
  public func post(
    _ message: PostedMessage,
    at now: UInt64,
    through outlet: any Outlet,
    completion: @escaping (PostingOutcome) -> Void
  ) {
    let key = message.id.map { MessageKey(message.from.bytes, $0.span, key: hashKey) }
    let posting = Posting(message, key: key, completion: completion)
    guard let key, store.mayKnow(key) else { return take(posting, at: now, through: outlet) }
    unfinished.value.lookUps.begin()
    look(up: posting, key, at: now)
  }

  private func look(up posting: Posting, _ key: MessageKey, at now: UInt64) {
    let ticket = store.find(key, at: epoch &+ now)
    unfinished.value.awaited.append(ticket, .operator(.find(posting)))
  }

  /// The store has told whether a message has come before.
  func found(
    _ known: KnownMessage?,
    _ posting: Posting,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    if known == nil, let key = posting.key, unfinished.value.lookUps.hasKept(key) {
      // It has come by another way meanwhile.
      return look(up: posting, key, at: now)
    }
    unfinished.value.lookUps.end()
    guard let known else { return take(posting, at: now, through: outlet) }
    guard known.digest == digest(of: posting.message) else { return posting.completion(.conflict) }
    let isThere = find(posting.message.to).map { clients[$0].isConnected } ?? false
    posting.completion(
      .accepted(id: posting.message.id ?? [], known.isWaiting && !isThere ? .kept : .sent)
    )
  }

  private func digest(of message: PostedMessage) -> UInt128 {
    MessageDigest.of(to: message.to.bytes, message.form, message.body.span, key: hashKey)
  }

  /// Takes a message that is new.
  private func take(_ posting: Posting, at now: UInt64, through outlet: any Outlet) {
    let message = posting.message
    let known = find(message.to)
    let target = known ?? clients.add(message.to)
    // Who is not there has no peer by this, and is nobody to remember.
    defer { if known == nil { forgetIfIdle(target) } }
    checkFeed(of: target, at: now, through: outlet)
    guard let seq = store.nextNumber() else { return posting.completion(.refused(.unavailable)) }
    // Nobody else may begin one like that, and no number is given twice.
    let id = message.id ?? Array("~\(String(seq, radix: 36))".utf8)
    let isThere = clients[target].isConnected
    let stored = StoredMessage(
      seq: seq,
      at: epoch &+ now,
      from: message.from,
      to: message.to,
      id: id,
      form: message.form,
      body: message.body[...]
    )
    let bytes = stored.storedBytes
    let (ticket, isForwarded) = put(
      stored,
      key: posting.key ?? MessageKey(message.from.bytes, id.span, key: hashKey),
      digest: digest(of: message),
      Route(sender: find(message.from), over: nil, target: target),
      through: outlet
    )
    let receipt = Posting.Receipt(
      id: id,
      state: isForwarded || isThere ? .sent : .kept,
      bytes: bytes
    )
    unfinished.value.awaited.append(ticket, .operator(.keep(posting, receipt)))
    resumeStalled(at: now)
  }
}
