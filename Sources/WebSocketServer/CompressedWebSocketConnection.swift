import UV
import WebSocketProtocol

/// A WebSocket for which `permessage-deflate` was agreed (RFC 7692).
///
/// What it sends is gathered, queued and taken back as it is for any other: it is compressed only when
/// the kernel is about to get it (see `WriteQueue.Chunk`).
final class CompressedWebSocketConnection: WebSocketConnection {
  private let agreed: PermessageDeflate
  /// Input whose turn has not come: the rest of one read, and seldom a second one.
  private var postponed: [UInt8] = []
  /// Whether it stands in the queue of those who wait for a turn: once, however often it drains.
  private var isQueued = false

  init(upgrading other: Connection, route: UInt8, agreed: DeflateParameters) {
    self.agreed = PermessageDeflate(agreed, pool: other.server.deflate)
    super.init(upgrading: other, route: route)
  }

  override var deflate: PermessageDeflate? { agreed }

  override func handle(_ bytes: inout MutableSpan<UInt8>) {
    guard postponed.isEmpty else { return postpone(bytes.span) }
    // Nothing is begun when the time is over: of a hundred at once each would take a little more.
    let taken = server.deflate.mayInflate ? receive(&bytes, inflatingBy: agreed) : 0
    guard isOpen, taken < bytes.count else { return }
    postpone(bytes.span.extracting(taken..<bytes.count))
    // Otherwise `drained` comes.
    if !isBlockedByReplies { queueUp() }
  }

  private func queueUp() {
    guard !isQueued else { return }
    isQueued = true
    server.turns.append(self)
  }

  private func postpone(_ bytes: Span<UInt8>) {
    noteSignOfLife()
    stopReading()
    postponed.append(copying: bytes)
    server.memory.add(bytes.count)
  }

  /// It is this connection's turn again.
  func takeTurn() {
    isQueued = false
    guard isOpen, !postponed.isEmpty else { return }
    var bytes: [UInt8] = []
    swap(&bytes, &postponed)
    server.memory.add(-bytes.count)
    var span = bytes.mutableSpan
    handle(&span)
    guard isOpen, postponed.isEmpty, !isBlockedByReplies else { return }
    do { try startReading() } catch { finish(.disconnected) }
  }

  override func drained() {
    super.drained()
    if isOpen, !postponed.isEmpty { queueUp() }
  }

  override var heldBytes: Int { super.heldBytes + postponed.count }

  override func giveUp() {
    let hasStopped = !postponed.isEmpty
    forgetPostponed()
    super.giveUp()
    // The peer's end of the connection is still to be seen.
    if hasStopped, isOpen { do { try startReading() } catch { end() } }
  }

  override func willEnd() {
    forgetPostponed()
  }

  /// Makes room at once: the object may live on until its turn.
  private func forgetPostponed() {
    server.memory.add(-postponed.count)
    postponed = []
  }

  override func sendMessage(
    _ kind: MessageKind,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    isReply: Bool
  ) -> Bool {
    if isOpenForMessages,
      PermessageDeflate.compresses(payloadCount: first.count + second.count)
    {
      willSendCompressible()
    }
    return super.sendMessage(kind, first, second, isReply: isReply)
  }
}
