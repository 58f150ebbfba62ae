import Messaging

/// What a ``SQLiteStore`` is asked for: carried out later, on another thread.
enum StoreCall: Sendable {
  case keep(StoredMessage, MessageKey, digest: UInt128, isOffered: Bool)
  case find(MessageKey, at: UInt64)
  case open(ClientID, since: UInt64?, at: UInt64)
  case close(ClientID)
  case read(ClientID, after: UInt64, own: Bool, bytes: Int, at: UInt64)
  case acknowledge(ClientID, through: UInt64, at: UInt64)
  case markRead(MessageKey, by: ClientID, at: UInt64)
  case history(HistoryQuery)
  case fetch(ClientID, UInt64, at: UInt64)
  case countWaiting(ClientID, at: UInt64)
  case erase(ClientID)
  /// Nothing is done: there was no room for it in the queue.
  case refused

  /// Whether it has a ticket.
  var isAnswered: Bool { if case .close = self { false } else { true } }

  /// Whether it is a message, and what it counts for in the queue.
  var messageBytes: Int? {
    guard case .keep(let message, _, _, _) = self else { return nil }
    return message.storedBytes
  }
}

/// What a `history` asks for.
struct HistoryQuery: Sendable {
  let client: ClientID
  let peer: ClientID
  let before: UInt64?
  let limit: Int
  let bytes: Int
  let at: UInt64
}

/// What became of a call.
enum StoreOutcome: Sendable {
  case kept
  case failed(StoreError)
  case answered(StoreAnswer)
  /// It has no ticket.
  case silent
}

/// Calls that are one transaction.
struct StoreBatch: Sendable {
  var calls: [StoreCall] = []
  /// Numbers below this one are to be reserved; `nil` for no more than are.
  var reserve: UInt64?
}

/// What a batch has come to.
struct StoreReport: Sendable {
  /// One for each call.
  var outcomes: [StoreOutcome] = []
  /// Messages among them, and what they count for in the queue.
  var messages = 0
  var messageBytes = 0
  /// Clients for which nothing waits any more.
  var drained: [ClientID] = []
  /// What is known from before this process, some of it at a time.
  var loaded: LoadedKeys?
  /// Why the batch failed; `nil` if it did not.
  var problem: StoreProblem?
  /// Whether all that may be kept is kept.
  var isFull = false
  /// Whether there is cleaning or loading left to do.
  var hasMore = false
  /// Whether the write-ahead log has become long.
  var needsCheckpoint = false
}

/// Keys and clients with messages, read from the file.
struct LoadedKeys: Sendable {
  var keys: [(key: UInt128, at: UInt64)] = []
  var holders: [ClientID] = []
  /// Whether these are the last.
  var isComplete = false
}

/// Why nothing can be kept.
struct StoreProblem: Equatable, Sendable {
  /// For the log.
  let sentence: String
  /// Whether only a restart helps.
  let isFinal: Bool
}
