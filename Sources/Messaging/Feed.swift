/// Kept messages on their way to a client's plain connections.
///
/// They are read and delivered in batches: the next one when the system has taken the last. Until
/// they are through, newer messages queue behind them in the store.
struct Feed {
  /// Whose taking counts.
  var connection: ConnectionID
  /// The answer of the store that is waited for.
  var reading: StoreTicket?
  /// The number of the last message delivered.
  var last: UInt64 = 0
  /// Messages that are delivered and not yet taken by the system.
  var batch: [UInt64] = []
  /// How many at the end of the batch the connection has refused: it is about to end.
  var refused = 0
  /// All connections that have got the whole batch.
  var holders: [ConnectionID] = []
  /// What came since the last read was asked for.
  var tail = FeedTail()
  var phase = Phase.reading

  /// How far it has come.
  enum Phase {
    /// The store may have more.
    case reading
    /// All that the store has is delivered, but for what the tail holds.
    case through
    /// All of that was taken by the system. What comes is delivered at once, and part of the batch.
    case live
  }
}

/// A client whose plain connections were given kept messages, or one of its sessions that was.
typealias FeedToCheck = (client: Client.Index, session: ConnectionID?)

/// The newest messages of a log, held until all that lies before them has been read: so a reader
/// catches up even with a writer that never pauses.
struct FeedTail {
  /// As much as is held; with more than that the store is asked again.
  static let maximumBytes = 256 * 1024

  private(set) var messages: [StoredMessage] = []
  private var bytes = 0
  /// Whether there was more than could be held.
  private(set) var hasOverflowed = false

  mutating func append(_ message: StoredMessage) {
    guard !hasOverflowed else { return }
    bytes += message.storedBytes
    if bytes <= Self.maximumBytes { messages.append(message) } else { overflow() }
  }

  /// Something has come that is not held: the store is asked again.
  mutating func overflow() {
    messages = []
    hasOverflowed = true
  }
}
