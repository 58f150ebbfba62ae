import UV

/// What waits for a kernel that did not take it: chunks of whole frames, the first of them in flight.
///
/// Exists only while a connection is blocked. A chunk begins at the start of a frame, even if some of
/// that frame has been sent, so that a message that was not sent whole can be recovered.
final class WriteQueue {
  /// Whole frames, of which the first `sent` bytes are with the kernel.
  struct Chunk {
    let bytes: ByteBuffer
    var sent = 0
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
    let bytes = waitingBytes + (inFlight?.bytes.count ?? 0)
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
