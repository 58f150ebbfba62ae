import UV
import WebSocketProtocol

/// A socket of a server: what HTTP and WebSocket connections share, which is their way out.
///
/// Whatever is sent in one round of the loop is gathered in a block and leaves in one system call at
/// the end of the round (`Server.endRound`). What the kernel does not take waits in a
/// ``WriteQueue``, one chunk at a time, so that a ping can go between two frames.
class Connection: TCPStream {
  final let server: Server
  final var outbound = OutboundBuffer()
  /// The number in the server's table.
  final private(set) var slot: UInt32 = 0
  /// When the last byte came, on the heartbeat's clock.
  final var lastHeard: UInt32

  /// Serves a connection that has been accepted.
  init(on server: Server, socket: consuming TCPSocket) throws(UVError) {
    self.server = server
    lastHeard = server.clock
    try super.init(on: server.loop, socket: socket)
    slot = server.table.add(self)
  }

  /// Goes on with another's socket, in its place.
  init(upgrading other: Connection) {
    server = other.server
    lastHeard = other.lastHeard
    slot = other.slot
    super.init(takingOver: other)
    server.table.replace(at: slot, by: self)
  }

  /// Notes a sign of life.
  func noteSignOfLife() {
    lastHeard = server.clock
  }

  /// Looks whether a deadline has passed.
  ///
  /// - Returns: milliseconds until it is to be looked at again; `nil` when it has been closed, or
  ///   needs no look until something else happens.
  func examine(at now: UInt32) -> UInt32? { nil }

  /// Bytes that it holds, as ``MemoryAccount`` counts them.
  var heldBytes: Int { outbound.queue?.heldBytes ?? 0 }

  /// Memory is short, and this connection holds most: it is closed and lets go of it.
  func giveUp() { end(reset: true) }

  /// The server goes down: the connection is to end, soon but in good order.
  func shutDownSoon() {}

  /// The kernel has taken all that was waiting.
  func drained() {}

  /// Writing has failed: nothing more can be sent.
  func writeFailed() { end() }

  /// Sends a message of two pieces, if this is an open WebSocket.
  ///
  /// - Parameter isReply: Sent from within its own `received`: a reply never makes a slow reader, it
  ///   stops the reading.
  /// - Returns: false when nothing is sent: the socket is closing, or its reader too slow.
  func sendMessage(
    _ kind: MessageKind,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    isReply: Bool
  ) -> Bool { false }

  /// Starts the close handshake, if this is an open WebSocket (RFC 6455 §7.1.2).
  func closeSocket(_ code: CloseCode, reason: String) {}

  /// Whether this is a WebSocket on which messages go both ways.
  var isOpenForMessages: Bool { false }

  /// Whether the outbound bytes are frames of ours that ``UnsentMessage`` can read.
  var sendsFrames: Bool { false }

  /// The compression of this connection, if any was agreed.
  var deflate: PermessageDeflate? { nil }

  // MARK: Receiving

  /// What the peer has said, for the protocol that the connection speaks.
  ///
  /// The bytes may be changed in place and are gone after the call.
  func handle(_ bytes: inout MutableSpan<UInt8>) {}

  /// Work for a client that is not inside yet begins, and ends: it is timed.
  func beginWork() {}
  func endWork() {}

  final override func received(_ bytes: inout MutableSpan<UInt8>) {
    guard let filter else { return handle(&bytes) }
    receive(bytes.span, through: filter)
  }

  // MARK: Sending

  /// Sends a frame, or any bytes, made of a header and two pieces.
  ///
  /// - Returns: false when it is not sent, because the connection has ended.
  @discardableResult
  final func send(
    _ header: FrameHeader.Encoded,
    _ first: Span<UInt8>,
    _ second: Span<UInt8> = Span()
  ) -> Bool {
    guard openOutbound() else { return false }
    return outbound.append(header, first, second) || sendPastBlock(header, first, second)
  }

  /// Has a block to send into.
  @inline(__always)
  final func openOutbound() -> Bool {
    guard outbound.isEmpty else { return true }
    guard isOpen else { return false }
    outbound = OutboundBuffer(from: server.blocks)
    server.markDirty(slot)
    return true
  }

  /// Has a large block, instead of a small one, behind a queue.
  private func enlargeOutbound() {
    guard let queue = outbound.queue else { return }
    let isCompressible = outbound.isCompressible
    moveBlockToQueue()
    closeOutbound()
    outbound = OutboundBuffer(from: server.blocks, .large)
    outbound.setQueue(queue)
    if isCompressible { outbound.setCompressible() }
  }

  /// The next message is to be compressed, when it goes out.
  final func willSendCompressible() {
    if openOutbound() { outbound.setCompressible() }
  }

  /// Sends bytes as they are.
  final func send(_ bytes: Span<UInt8>) {
    send(FrameHeader.Encoded.none, bytes)
  }

  /// Bytes that the kernel has not taken yet.
  final var unsentBytes: Int {
    guard let queue = outbound.queue else {
      return outbound.count + (server.borrower == slot ? server.lent.count : 0)
    }
    return outbound.count + queue.waitingBytes + queuedBytes
  }

  /// Writes what the round has gathered.
  ///
  /// - Parameter isLast: whether FIN follows at once.
  final func flush(isLast: Bool = false) {
    if server.borrower == slot { server.sendLent() }
    guard !outbound.isEmpty, outbound.queue == nil else { return }
    writeBlock(isLast: isLast)
    if outbound.queue == nil { closeOutbound() }
  }

  final func closeOutbound() {
    let block = outbound
    outbound = OutboundBuffer()
    block.close(to: server.blocks)
  }

  /// For what does not fit into the block: first what is in it, then this.
  private func sendPastBlock(
    _ header: FrameHeader.Encoded,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>
  ) -> Bool {
    if server.lend(second, behind: header, first, to: self) { return true }
    if server.borrower == slot { server.sendLent() }
    if outbound.size == .small {
      // So many connections have something to write that it is time to do it.
      if outbound.queue == nil { server.writeGathered() } else { enlargeOutbound() }
      // Writing may have found the connection broken.
      guard openOutbound() else { return false }
      if outbound.append(header, first, second) { return true }
    }
    if outbound.size == .large, outbound.queue == nil, !outbound.isCompressible {
      if server.blocks.hasHuge {
        outbound = outbound.enlarged(by: server.blocks)
      } else {
        // A megabyte is gathered: it is time to write it.
        server.writeGathered()
        guard openOutbound() else { return false }
      }
      if outbound.append(header, first, second) { return true }
    }
    if outbound.queue == nil { writeBlock() } else { moveBlockToQueue() }
    // Writing may have found the connection broken: what it had gathered has been taken back by now.
    guard isOpen else { return false }
    if outbound.append(header, first, second) { return true }
    guard outbound.queue == nil, !isChanged, outbound.append(header, first, Span()) else {
      enqueue(header, first, second)
      return true
    }
    // From where it was received straight to the kernel.
    writeBlock(with: second)
    return true
  }

  /// Writes the block, and one more piece behind it.
  final func writeBlock(with second: Span<UInt8> = Span(), isLast: Bool = false) {
    guard outbound.count > 0 else { return }
    // Through the queue, which keeps messages as they were until the kernel has taken them.
    if outbound.isCompressible {
      return startQueue(enqueueBlock(with: second, sent: 0))
    }
    if let filter { return writeBlock(through: filter, isLast: isLast) }
    let total = outbound.count + second.count
    var sent = 0
    do throws(UVError) {
      let block = outbound
      sent = try block.withBytes { (block: Span<UInt8>) throws(UVError) -> Int in
        second.isEmpty ? try tryWrite(block, isLast: isLast) : try tryWrite(block, second)
      }
    } catch {
      _ = enqueueBlock(with: second, sent: 0)
      return writeFailed()
    }
    guard sent < total else { return outbound.removeAll() }
    startQueue(enqueueBlock(with: second, sent: sent))
  }

  /// Whether large payloads can be sent from where they are.
  final var takesLent: Bool {
    outbound.queue == nil && !outbound.isEmpty && !isChanged
  }

  /// Whether what is gathered will not be sent as it is, but compressed or sealed.
  final var isChanged: Bool { outbound.isCompressible || server.security != nil }

  /// Writes the block, with payloads between its bytes.
  final func writeBlock(lending payloads: LentPayloads) {
    let block = outbound
    let total = block.count + payloads.count
    var sent = 0
    do throws(UVError) {
      sent = try block.withBytes { (block: Span<UInt8>) throws(UVError) -> Int in
        try tryWrite(block, payloads)
      }
    } catch {
      _ = enqueueBlock(lending: payloads, sent: 0)
      return writeFailed()
    }
    guard sent < total else { return outbound.removeAll() }
    startQueue(enqueueBlock(lending: payloads, sent: sent))
  }

  // MARK: The queue

  override func didWrite(_ error: UVError?) {
    guard let queue = outbound.queue else { return }
    guard error == nil else { return writeFailed() }
    queue.inFlight = nil
    continueQueue(queue)
    guard isOpen, outbound.queue == nil else { return }
    closeOutbound()
    drained()
  }

  // MARK: The end

  /// Closes the socket at once; what waits to be sent is dropped.
  final func end(reset: Bool = false) {
    guard isOpen else { return }
    server.forgetLent(to: self)
    closeOutbound()
    willEnd()
    server.forget(self)
    if reset { closeWithReset() } else { close() }
  }

  /// The connection is about to be forgotten.
  func willEnd() {}

  /// For a loop that has been closed with the connection on it: the block is plain memory, and the
  /// table must not name an object that is gone.
  override func didClose() {
    closeOutbound()
    guard server.table[slot] === self else { return }
    willEnd()
    server.forget(self)
  }
}

extension FrameHeader.Encoded {
  /// No header: for bytes that are no frame.
  static let none = FrameHeader.Encoded(low: 0, high: 0, count: 0)
}
