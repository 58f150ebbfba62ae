/// A connection that speaks `sotto.v1`.
///
/// First the store is asked what is known of the client; then comes `welcome`, and after it what the
/// log has, in batches, each read when the system has taken the one before. When there is no more,
/// messages come live. Until then newer ones queue behind the others in the log: numbers rise.
final class Session {
  /// How far it has come.
  enum Phase {
    /// The store has not told yet what is known of the client.
    case opening
    /// What the log has is on its way.
    case feeding
    /// All of it is, but for what the tail holds; and that waits until the system has taken it.
    case through
    /// Messages come as they are sent.
    case live
    /// It is about to end: nothing is sent any more.
    case ended
  }

  let connection: ConnectionID
  let client: Client.Index
  /// The number after which the client wants its log, its own messages included.
  let since: UInt64?
  var phase = Phase.opening
  /// The answer of the store that it waits for, for its log.
  var reading: StoreTicket?
  /// The highest number that was sent.
  var last: UInt64 = 0
  /// Messages up to this number may have been sent before, over another connection.
  var offered: UInt64 = 0
  /// What waits for the store.
  let backlog = PlainMemory(Backlog())
  /// Own messages from this number on are wanted: another connection has sent them since this one is
  /// there.
  var ownFrom = UInt64.max
  /// The look-up of a message that might have come before.
  var finding: StoreTicket?
  /// That message.
  var found: EarlyFrames.Frame?
  /// To whom the last message went.
  var target = Client.Index.max
  /// Whose coming and going it is told.
  var watched: Set<Client.Index> = []

  init(_ connection: ConnectionID, of client: Client.Index, since: UInt64?) {
    self.connection = connection
    self.client = client
    self.since = since
  }

  /// Whether what the client sends can be handled now.
  var isReady: Bool { finding == nil && phase != .opening && backlog.value.early.isEmpty }
}

/// What waits until the store has answered a ``Session``.
struct Backlog: ~Copyable {
  /// What was put into the log since the store was asked last.
  var tail = FeedTail()
  /// What became of the client's messages since the store was asked for its `welcome`.
  var receipts: [Receipt] = []
  /// What the client has sent before its `welcome`, or while a message is looked up.
  var early = EarlyFrames()
}

/// Frames that wait until the store has answered; bounded.
struct EarlyFrames: ~Copyable {
  /// Judged before a frame is added, so that one always fits.
  ///
  /// A fast client sends thousands of messages while a disk is asked for one of them.
  static let maximumCount = 20_000
  static let maximumBytes = 4 << 20
  /// Bytes of all sessions together, of which there may be many while the store is broken.
  static let maximumTotalBytes = 64 << 20

  struct Frame {
    let form: MessageForm
    let bytes: ArraySlice<UInt8>

    /// What it counts for where there is a bound for all: about what it takes.
    var heldBytes: Int { bytes.count + 128 }
  }

  private var frames = Queue<Frame>()
  private var bytes = 0

  var isEmpty: Bool { frames.isEmpty }

  /// Adds a frame; false when there are too many.
  mutating func append(_ frame: Frame) -> Bool {
    guard frames.count < Self.maximumCount, bytes < Self.maximumBytes else { return false }
    frames.append(frame)
    bytes += frame.bytes.count
    return true
  }

  mutating func removeFirst() -> Frame? {
    guard let frame = frames.removeFirst() else { return nil }
    bytes -= frame.bytes.count
    return frame
  }
}
