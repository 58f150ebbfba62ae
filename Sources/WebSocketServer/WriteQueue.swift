import WebSocketProtocol

/// What waits for a kernel that did not take it: chunks of whole frames, the first of them in flight.
///
/// Exists only while a connection is blocked. A chunk begins at the start of a frame, even if some of
/// that frame has been sent, so that a message that was not sent whole can be recovered.
final class WriteQueue {
  /// Whole frames, of which the first `sent` bytes are with the kernel.
  struct Chunk {
    /// The frames; of the last one what is not in `tail`.
    let bytes: [UInt8]
    /// The end of the last frame's payload, if it lies in memory that is shared with others.
    let tail: ArraySlice<UInt8>
    var sent: Int
    /// Whether there may be messages in it that are to be compressed; it has no tail then.
    let isCompressible: Bool
    /// The same frames as they are sent, if that differs: messages are kept as they were until the
    /// kernel has taken them, since what is compressed cannot be taken back out.
    private(set) var compressed: [UInt8]?

    init(
      bytes: [UInt8],
      tail: ArraySlice<UInt8> = [],
      sent: Int = 0,
      isCompressible: Bool = false
    ) {
      self.bytes = bytes
      self.tail = tail
      self.sent = sent
      self.isCompressible = isCompressible
    }

    /// Bytes of the frames, as they are counted until the chunk is in flight.
    var count: Int { bytes.count + tail.count }

    /// Memory of all.
    var heldBytes: Int { count + (compressed?.count ?? 0) }

    /// Bytes that are sent, of which `sent` are.
    var wireCount: Int { compressed?.count ?? count }

    /// What is left to be sent.
    var rest: (ArraySlice<UInt8>, ArraySlice<UInt8>) {
      let first = compressed ?? bytes
      return (first.dropFirst(sent), tail.dropFirst(max(sent - first.count, 0)))
    }

    /// Compresses the messages, right before the first byte is sent and never before: a chunk that
    /// is dropped leaves no trace in what later ones refer to.
    mutating func compress(by deflate: PermessageDeflate?) {
      guard isCompressible, sent == 0, let deflate else { return }
      var wire: [UInt8] = []
      if deflate.compress(bytes.span, into: &wire) { compressed = wire }
    }
  }

  /// Behind what is in flight.
  private(set) var chunks: [Chunk] = []
  /// Control frames that go before the chunks: a ping does not wait for a picture.
  private(set) var urgent: [UInt8] = []
  /// What the stream was given to write.
  var inFlight: Chunk? {
    didSet { noteHeldBytes() }
  }
  /// Bytes of `chunks` and `urgent`.
  private(set) var waitingBytes = 0 {
    didSet { noteHeldBytes() }
  }
  /// Memory of all chunks, and of the block that a connection keeps as long as it has a queue.
  private(set) var heldBytes = 0
  private let account: MemoryAccount

  init(account: MemoryAccount) {
    self.account = account
    noteHeldBytes()
  }

  deinit {
    account.add(-heldBytes)
  }

  private func noteHeldBytes() {
    let bytes = OutboundBuffer.blockBytes + waitingBytes + (inFlight?.heldBytes ?? 0)
    account.add(bytes - heldBytes)
    heldBytes = bytes
  }

  /// Adds a chunk at the end.
  func append(_ chunk: Chunk) {
    chunks.append(chunk)
    waitingBytes += chunk.count - chunk.sent
  }

  /// Adds whole control frames before the chunks.
  func appendUrgent(_ frames: [UInt8]) {
    urgent += frames
    waitingBytes += frames.count
  }

  /// Takes what is to be written next.
  func next() -> Chunk? {
    if !urgent.isEmpty {
      defer { urgent = [] }
      waitingBytes -= urgent.count
      return Chunk(bytes: urgent)
    }
    guard !chunks.isEmpty else { return nil }
    let chunk = chunks.removeFirst()
    waitingBytes -= chunk.count - chunk.sent
    return chunk
  }

  /// Drops what is not in flight.
  func dropWaiting() {
    chunks = []
    urgent = []
    waitingBytes = 0
  }
}
