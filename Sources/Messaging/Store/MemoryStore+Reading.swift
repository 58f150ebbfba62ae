// What a ``MemoryStore`` is asked for.

extension MemoryStore {
  /// Looks a message up.
  public func find(_ key: MessageKey, at now: UInt64) -> StoreTicket {
    guard let place = find(key), !isOver(place, at: now) else { return answered(.found(nil)) }
    return answered(
      .found(
        KnownMessage(
          seq: entries[place].seq,
          at: entries[place].at,
          digest: entries[place].digest,
          isWaiting: entries[place].state.contains(.waiting)
        )
      )
    )
  }

  /// Tells what is known of a client.
  public func open(_ client: ClientID, since: UInt64?, at now: UInt64) -> StoreTicket {
    expire(at: now)
    guard let place = find(client) else { return answered(.opened(ClientRecord())) }
    expire(inboxOf: place, at: now)
    var record = ClientRecord()
    record.received = clients[place].received
    record.offered = clients[place].offered
    record.waiting = clients[place].waiting
    record.waitingBytes = clients[place].waitingBytes
    record.last = max(last(of: clients[place].inbox), last(of: clients[place].sent))
    record.following = record.waiting
    if let since {
      let inbox = clients[place].inbox.items(after: since)
      let sent = clients[place].sent.items(after: since)
      record.following =
        inbox.count { isReceived($0) && !isOver($0.place, at: now) }
        + sent.count { isSent($0) && !isOver($0.place, at: now) }
    }
    record.receipts = news(of: place)
    record.gaps = clients[place].gaps
    clients[place].gaps = []
    gapped.remove(place)
    forgetIfEmpty(client: place)
    return answered(.opened(record))
  }

  /// Counts what waits for a client.
  public func countWaiting(for client: ClientID, at now: UInt64) -> StoreTicket {
    guard let place = find(client) else { return answered(.waiting(count: 0)) }
    expire(inboxOf: place, at: now)
    return answered(.waiting(count: clients[place].waiting))
  }

  /// Finds messages of a client's log.
  public func read(
    _ client: ClientID,
    after: UInt64,
    own: Bool,
    bytes: Int,
    at now: UInt64
  ) -> StoreTicket {
    guard let client = find(client) else { return answered(.messages([], more: false)) }
    var inbox = clients[client].inbox.items(after: after)
    var sent = own ? clients[client].sent.items(after: after) : []
    var found: [StoredMessage] = []
    var room = bytes
    while let item = next(&inbox, &sent) {
      let isInLog = item.isSent ? isSent(item.item) : isReceived(item.item)
      guard isInLog, !isOver(item.item.place, at: now) else { continue }
      room -= entries[item.item.place].storedBytes
      guard room >= 0 || found.isEmpty else { return answered(.messages(found, more: true)) }
      found.append(message(item.item.place))
      clients[client].offered = max(clients[client].offered, item.item.seq)
    }
    return answered(.messages(found, more: false))
  }

  /// Finds messages between two clients.
  public func history(
    of client: ClientID,
    with peer: ClientID,
    before: UInt64?,
    limit: Int,
    bytes: Int,
    at now: UInt64
  ) -> StoreTicket {
    guard let asker = find(client), let other = find(peer), let pair = findPair(asker, other)
    else { return answered(.history([], more: false)) }
    var found: [HistoryEntry] = []
    var room = bytes
    for item in pairs[pair].messages.items(before: before ?? .max).reversed() {
      guard isKept(item), isIn(logOf: asker, item.place), !isOver(item.place, at: now) else {
        continue
      }
      let inline = entries[item.place].form == .binary ? 0 : entries[item.place].body.count
      guard found.count < limit, inline <= room || found.isEmpty else {
        return answered(.history(found, more: true))
      }
      room -= inline
      found.append(historyEntry(item.place))
    }
    return answered(.history(found, more: false))
  }

  /// Finds one message of a client's log.
  public func fetch(_ client: ClientID, _ number: UInt64, at now: UInt64) -> StoreTicket {
    guard let asker = find(client),
      let item = clients[asker].inbox.item(number) ?? clients[asker].sent.item(number),
      isKept(item), isIn(logOf: asker, item.place), !isOver(item.place, at: now)
    else { return answered(.messages([], more: false)) }
    return answered(.messages([message(item.place)], more: false))
  }

  /// The lower of the first items of two lists, which it is taken from.
  private func next(
    _ inbox: inout ArraySlice<NumberList.Item>,
    _ sent: inout ArraySlice<NumberList.Item>
  ) -> (item: NumberList.Item, isSent: Bool)? {
    guard let own = sent.first else { return inbox.popFirst().map { ($0, false) } }
    if let other = inbox.first, other.seq < own.seq {
      inbox.removeFirst()
      return (other, false)
    }
    sent.removeFirst()
    return (own, true)
  }

  /// The highest number in a list.
  private func last(of list: NumberList) -> UInt64 {
    list.all.last { isKept($0) }?.seq ?? 0
  }

  /// Whether a message is in the log of one of its two clients.
  private func isIn(logOf client: UInt32, _ place: UInt32) -> Bool {
    let state = entries[place].state
    return (state.contains(.sent) && sender(of: place) == client)
      || (state.contains(.received) && recipient(of: place) == client)
  }

  private func message(_ place: UInt32) -> StoredMessage {
    StoredMessage(
      seq: entries[place].seq,
      at: entries[place].at,
      from: clients[sender(of: place)].id,
      to: clients[recipient(of: place)].id,
      id: entries[place].id,
      form: entries[place].form,
      mime: entries[place].labels?.mime ?? [],
      name: entries[place].labels?.name ?? [],
      body: entries[place].body
    )
  }

  private func historyEntry(_ place: UInt32) -> HistoryEntry {
    let message = message(place)
    let progress = pairs[entries[place].pair].progress(of: sender(of: place))
    let body: HistoryEntry.Body =
      message.form == .binary
      ? .binary(mime: message.mime, name: message.name, size: UInt64(message.body.count))
      : .inline(message.form, Array(message.body))
    return HistoryEntry(
      from: message.from,
      to: message.to,
      id: message.id,
      seq: message.seq,
      at: message.at,
      body: body,
      state: message.seq <= progress.read.seq
        ? .read : message.seq <= progress.delivered.seq ? .delivered : .accepted
    )
  }
}
