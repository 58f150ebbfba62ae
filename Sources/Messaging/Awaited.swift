/// Calls of the store that it has not answered.
///
/// The tickets of the calls rise by one, and each call that has a ticket is in here: so the oldest one's
/// is known by their number.
struct AwaitedAnswers: ~Copyable {
  private var queue = Queue<Awaited>()
  /// The messages that wait for `accepted`, of which there are so many that they are not copied.
  private var accepts = Queue<Awaited.Accept>()
  /// The ticket of the last call.
  private var last: StoreTicket = 0

  /// The ticket of the oldest call that is not answered; `nil` when all are.
  var oldest: StoreTicket? { queue.isEmpty ? nil : last - UInt64(queue.count) + 1 }

  /// Notes a call.
  @inline(__always)
  mutating func append(_ ticket: StoreTicket, _ what: consuming Awaited) {
    precondition(queue.isEmpty || ticket == last + 1, "a call of the store was not noted")
    last = ticket
    queue.append(what)
  }

  /// Notes a message whose sender waits for `accepted`.
  @inline(__always)
  mutating func append(_ ticket: StoreTicket, accepting message: consuming Awaited.Accept) {
    append(ticket, .accept)
    accepts.append(message)
  }

  /// The message that has just been taken, as `.accept`.
  @inline(__always)
  mutating func takeAccept() -> Awaited.Accept? { accepts.removeFirst() }

  /// What the oldest call was for; `nil` if its ticket is another one, or, with `through`, a later one.
  @inline(__always)
  mutating func take(_ ticket: StoreTicket, through: Bool = false) -> Awaited? {
    guard let oldest, oldest == ticket || through && oldest < ticket else { return nil }
    return queue.removeFirst()
  }
}

/// What is to be done when the store answers.
enum Awaited {
  /// A plain message that was put into the store.
  case keep(Keep)
  /// A message of a client that waits for `accepted`: see ``AwaitedAnswers/takeAccept()``.
  case accept
  /// What is known of a client that plain connections are to be fed.
  case openFeed(Client.Index)
  /// Messages for plain connections.
  case readFeed(Client.Index)
  /// What is known of a client, for its `welcome`.
  case open(Client.Index, ConnectionID)
  /// Messages of a log for a session.
  case read(Client.Index, ConnectionID)
  /// Whether a message has come before.
  case find(Client.Index, ConnectionID, MessageKey)
  /// What messages a client has processed.
  case acknowledge(Client.Index, ClientID)
  /// A read receipt, which names an `id`.
  case mark(ConnectionID, id: [UInt8])
  /// A part of a log; `ref` as it was sent, empty for none.
  case history(ConnectionID, peer: ClientID, ref: [UInt8])
  /// One message of a client's log.
  case fetch(ConnectionID, ClientID, ref: [UInt8])
  /// What an operator has asked for.
  case `operator`(OperatorCall)

  /// A plain message whose sender is to be told what became of it.
  struct Keep {
    let sender: ClientID
    /// Where it came from; `nil` when it had been handed over before and was not taken: then all the
    /// sender's connections are told if it is lost.
    let connection: ConnectionID?
    let target: ClientID
    /// Whether the sender is to hear that the target is offline.
    let wantsNotice: Bool
    /// What it counts for in the target's mailbox.
    let bytes: Int
  }

  /// A message whose sender waits for `accepted`.
  struct Accept {
    let connection: ConnectionID
    let id: [UInt8]
    let seq: UInt64
    let at: UInt64
    let state: AcceptedState
    let target: ClientID
    /// What it counts for in the target's mailbox.
    let bytes: Int
  }
}

/// Look-ups under way, and what has been kept since the first of them was asked for: an answer that
/// nothing was found is out of date if just that message has been kept meanwhile.
struct LookUps {
  private var count = 0
  private var kept: Set<MessageKey> = []

  mutating func begin() { count += 1 }

  mutating func end() {
    count -= 1
    if count == 0 { kept = [] }
  }

  mutating func noteKept(_ key: MessageKey) {
    if count > 0 { kept.insert(key) }
  }

  func hasKept(_ key: MessageKey) -> Bool { kept.contains(key) }
}
