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
    /// These as a ``TransportFilter`` has sealed them.
    private(set) var sealed: [UInt8]?
    /// Where they begin in `sealed`: the filter's own output goes before them.
    private var sealedStart = 0

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

    /// Makes a chunk of what has been sealed already, of frames that may be none.
    init(bytes: [UInt8] = [], sealed: [UInt8], from start: Int = 0, sent: Int) {
      self.init(bytes: bytes, sent: sent)
      self.sealed = sealed
      sealedStart = start
    }

    /// Bytes of the frames, as they are counted until the chunk is in flight.
    var count: Int { bytes.count + tail.count }

    /// What of it waits: of frames that have been sealed all, until the last byte is sent.
    fileprivate var waitingBytes: Int { sealed == nil ? count - sent : count }

    /// Memory of all.
    var heldBytes: Int { count + (compressed?.count ?? 0) + (sealed?.count ?? 0) }

    /// Bytes that are sent, of which `sent` are.
    var wireCount: Int { sealed?.count ?? compressed?.count ?? count }

    /// What is left to be sent.
    var rest: (ArraySlice<UInt8>, ArraySlice<UInt8>) {
      if let sealed { return (sealed.dropFirst(sent), []) }
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

    /// Seals the frames, right before the first byte is sent: their place in the stream is part of the seal.
    ///
    /// - Returns: false when that is not possible any more.
    mutating func seal(by filter: any TransportFilter) -> Bool {
      guard sealed == nil else { return true }
      var wire: [UInt8] = []
      let plain = compressed ?? bytes
      let start = filter.seal(plain.span, isLast: false) { wire.append(copying: $0) }
      guard let start else { return false }
      sealedStart = start
      sealed = wire
      return true
    }

    /// How many bytes of the frames, as they were sealed, the peer can read when it has the first `sent`
    /// bytes of what is sent.
    func unsealedCount(sent: Int, by filter: (any TransportFilter)?) -> Int {
      guard let sealed, let filter else { return sent }
      return filter.plainCount(
        of: compressed?.count ?? bytes.count,
        sealedTo: sealed.span.extracting(sealedStart..<sealed.count),
        sent: max(sent - sealedStart, 0)
      )
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
    waitingBytes += chunk.waitingBytes
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
    waitingBytes -= chunk.waitingBytes
    return chunk
  }

  /// Drops what is not in flight.
  func dropWaiting() {
    chunks = []
    urgent = []
    waitingBytes = 0
  }
}
