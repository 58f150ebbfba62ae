import UV
import WebSocketProtocol

/// What waits for a kernel that did not take it: chunks of whole frames, the first of them in flight.
///
/// Exists only while a connection is blocked. A chunk begins at the start of a frame, even if some of
/// that frame has been sent, so that a message that was not sent whole can be recovered.
final class WriteQueue {
  /// Whole frames, of which the first `sent` bytes are with the kernel.
  struct Chunk {
    let bytes: ByteBuffer
    var sent = 0
    /// Whether there may be messages in it that are to be compressed.
    var isCompressible = false
    /// The same frames as they are sent, if that differs: messages are kept as they were until the
    /// kernel has taken them, since what is compressed cannot be taken back out.
    private(set) var compressed: ByteBuffer?

    init(bytes: ByteBuffer, sent: Int = 0, isCompressible: Bool = false) {
      self.bytes = bytes
      self.sent = sent
      self.isCompressible = isCompressible
    }

    /// Memory of both.
    var heldBytes: Int { bytes.count + (compressed?.count ?? 0) }

    /// What is sent, of which `sent` counts the bytes.
    var wire: ByteBuffer { compressed ?? bytes }

    /// Compresses the messages, right before the first byte is sent and never before: a chunk that
    /// is dropped leaves no trace in what later ones refer to.
    mutating func compress(by deflate: PermessageDeflate?) {
      guard isCompressible, sent == 0, let deflate else { return }
      var wire: [UInt8] = []
      guard bytes.withBytes({ deflate.compress($0, into: &wire) }) else { return }
      let buffer = ByteBuffer(capacity: wire.count)
      buffer.append(wire.span)
      compressed = buffer
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
  /// Memory of all chunks.
  private(set) var heldBytes = 0
  private let account: MemoryAccount

  init(account: MemoryAccount) {
    self.account = account
  }

  deinit {
    account.add(-heldBytes)
  }

  private func noteHeldBytes() {
    let bytes = waitingBytes + (inFlight?.heldBytes ?? 0)
    account.add(bytes - heldBytes)
    heldBytes = bytes
  }

  /// Adds a chunk at the end.
  func append(_ chunk: Chunk) {
    chunks.append(chunk)
    waitingBytes += chunk.bytes.count - chunk.sent
  }

  /// Adds whole control frames before the chunks.
  func appendUrgent(_ frames: [UInt8]) {
    urgent += frames
    waitingBytes += frames.count
  }

  /// Takes what is to be written next.
  func next() -> Chunk? {
    if !urgent.isEmpty {
      let bytes = ByteBuffer(capacity: urgent.count)
      bytes.append(urgent.span)
      waitingBytes -= urgent.count
      urgent = []
      return Chunk(bytes: bytes)
    }
    guard !chunks.isEmpty else { return nil }
    let chunk = chunks.removeFirst()
    waitingBytes -= chunk.bytes.count - chunk.sent
    return chunk
  }

  /// Drops what is not in flight.
  func dropWaiting() {
    chunks = []
    urgent = []
    waitingBytes = 0
  }
}
