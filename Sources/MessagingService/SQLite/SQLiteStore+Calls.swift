public import Messaging

extension SQLiteStore {
  /// Whether a message with this key may have been kept.
  public func mayKnow(_ key: MessageKey) -> Bool {
    oldKeys != nil || keys.mayContain(key.rawValue)
  }

  /// Looks a message up.
  public func find(_ key: MessageKey, at now: UInt64) -> StoreTicket {
    add(.find(key, at: now))
  }

  /// Keeps a message, unless too much waits for the disk.
  public func keep(
    _ message: consuming StoredMessage,
    key: MessageKey,
    digest: UInt128,
    isOffered: Bool
  ) -> StoreTicket {
    let size = message.storedBytes
    guard isAvailable, waiting.messages < Self.backlog.messages,
      waiting.bytes <= Self.backlog.bytes - size || waiting.bytes == 0
    else { return add(.refused) }
    waiting = (waiting.messages + 1, waiting.bytes + size)
    keys.add(key.rawValue, at: message.at)
    holders[holderHash(message.to)] = lastTicket + 1
    return add(.keep(message, key, digest: digest, isOffered: isOffered))
  }

  /// Whether messages may wait for `client`.
  public func mayHold(for client: ClientID) -> Bool {
    oldKeys != nil || holders[holderHash(client)] != nil
  }

  /// Asks what is known of a client.
  public func open(_ client: ClientID, since: UInt64?, at now: UInt64) -> StoreTicket {
    add(.open(client, since: since, at: now))
  }

  /// Notes that a client has gone.
  public func close(_ client: ClientID, at now: UInt64) {
    calls.append(.close(client))
    wake()
  }

  /// Asks for messages of a client's log.
  public func read(
    _ client: ClientID,
    after: UInt64,
    own: Bool,
    bytes: Int,
    at now: UInt64
  ) -> StoreTicket {
    add(.read(client, after: after, own: own, bytes: bytes, at: now))
  }

  /// Notes that a client has processed messages, of those whose numbers have been given.
  public func acknowledge(_ client: ClientID, through: UInt64, at now: UInt64) -> StoreTicket {
    add(.acknowledge(client, through: min(through, nextFree - 1), at: now))
  }

  /// Notes that a person has read a message.
  public func markRead(_ key: MessageKey, by reader: ClientID, at now: UInt64) -> StoreTicket {
    add(.markRead(key, by: reader, at: now))
  }

  /// Asks for messages between two clients.
  public func history(
    of client: ClientID,
    with peer: ClientID,
    before: UInt64?,
    limit: Int,
    bytes: Int,
    at now: UInt64
  ) -> StoreTicket {
    let query = HistoryQuery(
      client: client,
      peer: peer,
      before: before,
      limit: limit,
      bytes: bytes,
      at: now
    )
    return add(.history(query))
  }

  /// Asks for one message of a client's log.
  public func fetch(_ client: ClientID, _ number: UInt64, at now: UInt64) -> StoreTicket {
    add(.fetch(client, number, at: now))
  }

  /// Counts what waits for a client.
  public func countWaiting(for client: ClientID, at now: UInt64) -> StoreTicket {
    add(.countWaiting(client, at: now))
  }

  /// Forgets a client's log.
  public func erase(_ client: ClientID) -> StoreTicket {
    add(.erase(client))
  }

  @inline(__always)
  private func add(_ call: consuming StoreCall) -> StoreTicket {
    precondition(closing == nil, "asked for something after close()")
    calls.append(call)
    lastTicket += 1
    if !needsWork { wake() }
    return lastTicket
  }

  /// What a client is known by among those that messages wait for.
  func holderHash(_ client: ClientID) -> UInt64 {
    let key = MessageKey(client.bytes, Span(), key: identity.key)
    return UInt64(truncatingIfNeeded: key.rawValue)
  }
}
