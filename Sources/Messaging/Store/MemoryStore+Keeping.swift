// What comes into a ``MemoryStore``, and what goes out.

extension MemoryStore {
  /// Messages that a call lets go at most because their time is over: more than come in by one.
  static let expiredAtOnce = 4

  /// Whether a message with this key is kept; exact.
  public func mayKnow(_ key: MessageKey) -> Bool { find(key) != nil }

  /// Whether messages wait for `client`; exact, but for those whose time has just gone by.
  public func mayHold(for client: ClientID) -> Bool {
    find(client).map { clients[$0].waiting > 0 } ?? false
  }

  /// Keeps a message, unless a limit is reached or ``isFailing``.
  public func keep(
    _ message: consuming StoredMessage,
    key: MessageKey,
    digest: UInt128,
    isOffered: Bool
  ) -> StoreTicket {
    precondition(message.seq > lastKept, "numbers of messages rise")
    guard !isFailing else { return failed(.unavailable) }
    lastKept = message.seq
    let size = message.storedBytes
    expire(at: message.at)
    var route = recentRoute(message.from, message.to)
    var known = route?.to ?? find(message.to)
    let before = forgotten
    guard hasRoom(for: known, size, at: message.at), hasRoom(for: size) else {
      return failed(.full)
    }
    makeRoom(for: size)
    // What made room may have been the last that was known of one of them.
    if forgotten != before { (route, known) = (nil, nil) }
    let taken = route ?? makeRoute(message.from, message.to, known)
    recent = taken
    let (from, to, pair) = (taken.from, taken.to, taken.pair)
    var state: State = [.waiting, .sent, .received]
    if pairs[pair].low == from { state.insert(.fromLow) }
    let seq = message.seq
    let place = entries.add(
      Entry(
        seq: seq,
        at: message.at,
        key: key.rawValue,
        digest: digest,
        pair: pair,
        state: state,
        form: message.form,
        id: message.id,
        labels: message.mime.isEmpty && message.name.isEmpty
          ? nil : Labels(mime: message.mime, name: message.name),
        body: message.body
      )
    )
    keys.add(Self.hash(key.rawValue), place)
    waiting.append(place, in: entries)
    pairs[pair].messages.append(seq, place)
    clients[to].take(seq, place, bytes: size, isOffered: isOffered)
    // A message to oneself is in one's log once.
    if from != to { clients[from].sent.append(seq, place) }
    held = held + size
    return kept()
  }

  /// Forgets a client's log.
  public func erase(_ client: ClientID) -> StoreTicket {
    guard let place = find(client) else { return answered(.erased(count: 0)) }
    let inbox = clients[place].inbox.all.filter { isReceived($0) }
    let sent = clients[place].sent.all.filter { isSent($0) }
    clients[place].gaps = []
    gapped.remove(place)
    for item in inbox {
      if entries[item.place].state.contains(.waiting) { stopWaiting(item.place) }
      let isToItself = recipient(of: item.place) == sender(of: item.place)
      takeOut(item.place, of: isToItself ? [.received, .sent] : .received)
    }
    for item in sent { takeOut(item.place, of: .sent) }
    settle(news: place)
    clients[place].received = 0
    clients[place].offered = 0
    forgetIfEmpty(client: place)
    return answered(.erased(count: inbox.count + sent.count))
  }

  /// Lets go some of what has outlived its time, the oldest first.
  func expire(at now: UInt64) {
    for _ in 0..<Self.expiredAtOnce {
      let oldest = history.first
      guard oldest != Slab<Entry>.nowhere, isOver(oldest, at: now) else { break }
      remove(oldest)
    }
    for _ in 0..<Self.expiredAtOnce {
      let oldest = waiting.first
      guard oldest != Slab<Entry>.nowhere, isOver(oldest, at: now) else { break }
      lose(oldest)
    }
  }

  /// Lets go all that has outlived its time waiting for a client.
  func expire(inboxOf client: UInt32, at now: UInt64) {
    for item in clients[client].inbox.items(after: clients[client].received)
    where isReceived(item) && entries[item.place].state.contains(.waiting) {
      guard isOver(item.place, at: now) else { break }
      lose(item.place)
    }
  }

  /// Lets an entry go that still waits.
  private func lose(_ place: UInt32) {
    addGap(place)
    stopWaiting(place)
    remove(place)
  }

  /// Whether an entry has outlived its time.
  func isOver(_ place: UInt32, at now: UInt64) -> Bool {
    let at = entries[place].at
    return now > at && now - at >= limits.retain
  }

  /// Has an entry become history: its recipient has acknowledged it, or never will.
  func stopWaiting(_ place: UInt32) {
    let bytes = entries[place].storedBytes
    let recipient = recipient(of: place)
    clients[recipient].waiting -= 1
    clients[recipient].waitingBytes -= bytes
    entries[place].state.remove(.waiting)
    waiting.remove(place, in: entries)
    history.append(place, in: entries)
    historyBytes = historyBytes + bytes
  }

  /// The places of two clients, of which the second may be known, and of their pair, made if need be.
  private func makeRoute(
    _ sender: ClientID,
    _ target: ClientID,
    _ known: UInt32?
  ) -> Route {
    let (from, to) = (place(of: sender), known ?? place(of: target))
    return Route(from: from, to: to, pair: placeOfPair(from, to))
  }

  /// Whether one message more may wait for a client.
  @inline(__always)
  private func hasRoom(for client: UInt32?, _ size: Int, at now: UInt64) -> Bool {
    guard let client else { return limits.messages > 0 && size <= limits.bytes }
    return hasRoom(for: client, size) || hasRoom(afterCleaning: client, size, at: now)
  }

  @inline(__always)
  private func hasRoom(for client: UInt32, _ size: Int) -> Bool {
    clients[client].waiting < limits.messages
      && clients[client].waitingBytes <= limits.bytes - size
  }

  private func hasRoom(afterCleaning client: UInt32, _ size: Int, at now: UInt64) -> Bool {
    // Whoever loses messages has a gap, and is not forgotten: its place stays.
    expire(inboxOf: client, at: now)
    return hasRoom(for: client, size)
  }

  /// Whether there is room for a message, or will be when all history has gone.
  private func hasRoom(for size: Int) -> Bool {
    held - historyBytes <= limits.totalBytes - size
  }

  /// Lets history go until a message of `size` bytes has room.
  private func makeRoom(for size: Int) {
    while held > limits.totalBytes - size { remove(history.first) }
  }

  /// Notes that a message is lost for its recipient.
  private func addGap(_ place: UInt32) {
    let recipient = recipient(of: place)
    let sender = clients[sender(of: place)].id
    if let known = clients[recipient].gaps.firstIndex(where: { $0.from == sender }) {
      let gap = clients[recipient].gaps[known]
      clients[recipient].gaps[known] = Gap(from: sender, count: gap.count + 1)
      return
    }
    if clients[recipient].gaps.count == Self.maximumGaps.senders {
      clients[recipient].gaps.removeFirst()
    }
    clients[recipient].gaps.append(Gap(from: sender, count: 1))
    gapped.insert(recipient)
    // Whoever never comes back must not be remembered for ever.
    guard gapped.count > Self.maximumGaps.clients,
      let other = gapped.first(where: { $0 != recipient })
    else { return }
    gapped.remove(other)
    clients[other].gaps = []
    forgetIfEmpty(client: other)
  }

  /// Lets an entry go that does not wait.
  private func remove(_ place: UInt32) {
    let state = entries[place].state
    let pair = entries[place].pair
    let seq = entries[place].seq
    let (from, to) = (sender(of: place), recipient(of: place))
    let bytes = entries[place].storedBytes
    held = held - bytes
    historyBytes = historyBytes - bytes
    history.remove(place, in: entries)
    keys.remove(Self.hash(entries[place].key), place)
    entries.remove(place)
    // What has no number any more is not live in the lists.
    if state.contains(.received) { clients[to].inbox.remove(seq) { isReceived($0) } }
    if state.contains(.sent), from != to { clients[from].sent.remove(seq) { isSent($0) } }
    pairs[pair].messages.remove(seq) { isKept($0) }
    if pairs[pair].messages.count == 0 { forget(pair: pair) }
  }

  /// Takes an entry out of logs; what is in none has no body any more.
  private func takeOut(_ place: UInt32, of logs: State) {
    let seq = entries[place].seq
    let (from, to) = (sender(of: place), recipient(of: place))
    entries[place].state.subtract(logs)
    if logs.contains(.received) { clients[to].inbox.remove(seq) { isReceived($0) } }
    if logs.contains(.sent), from != to { clients[from].sent.remove(seq) { isSent($0) } }
    guard entries[place].state.isDisjoint(with: [.sent, .received]) else { return }
    let bytes = entries[place].body.count
    held = held - bytes
    historyBytes = historyBytes - bytes
    entries[place].body = []
    entries[place].labels = nil
  }

  func isKept(_ item: NumberList.Item) -> Bool { entries[item.place].seq == item.seq }

  func isReceived(_ item: NumberList.Item) -> Bool {
    isKept(item) && entries[item.place].state.contains(.received)
  }

  func isSent(_ item: NumberList.Item) -> Bool {
    isKept(item) && entries[item.place].state.contains(.sent)
  }

  func sender(of place: UInt32) -> UInt32 {
    let pair = entries[place].pair
    return entries[place].state.contains(.fromLow) ? pairs[pair].low : pairs[pair].high
  }

  func recipient(of place: UInt32) -> UInt32 {
    let pair = entries[place].pair
    return entries[place].state.contains(.fromLow) ? pairs[pair].high : pairs[pair].low
  }
}

extension MemoryStore.Record {
  /// Adds a message to the client's log.
  @inline(__always)
  fileprivate mutating func take(_ seq: UInt64, _ place: UInt32, bytes: Int, isOffered: Bool) {
    inbox.append(seq, place)
    waiting += 1
    waitingBytes += bytes
    if isOffered { offered = seq }
  }
}
