import UV
import WebSocketProtocol

/// What becomes of output that the kernel does not take at once.
extension Connection {
  /// Moves the block and a second piece to the queue, from the start of the first frame that is not sent whole.
  func enqueueBlock(with second: Span<UInt8>, sent: Int) -> WriteQueue {
    let gathered = outbound
    let chunk = gathered.withBytes { block in
      let start =
        sendsFrames ? FrameHeader.startOfFrame(block, sent: sent) : min(sent, block.count)
      // What is compressed or sealed is so from one piece.
      let tail = isChanged ? nil : server.received.share(second)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(block.count - start + (tail == nil ? second.count : 0))
      bytes.append(copying: block.extracting(start..<block.count))
      if tail == nil { bytes.append(copying: second) }
      return WriteQueue.Chunk(
        bytes: bytes,
        tail: tail ?? [],
        sent: sent - start,
        isCompressible: gathered.isCompressible
      )
    }
    outbound.removeAll()
    return enqueue(chunk)
  }

  /// The same for a block with payloads between its bytes.
  func enqueueBlock(lending payloads: LentPayloads, sent: Int) -> WriteQueue {
    let block = outbound
    // Alone in its memory, and behind all else, it can stay where it is.
    let isAlone = payloads.isArray(behind: block.count)
    let chunk = block.withBytes { block in
      let joined = server.loop.join(block, isAlone ? LentPayloads() : payloads)
      let start = FrameHeader.startOfFrame(joined.span, sent: sent)
      return WriteQueue.Chunk(
        bytes: start == 0 ? joined : Array(joined[start...]),
        tail: isAlone ? payloads.array : [],
        sent: sent - start
      )
    }
    outbound.removeAll()
    return enqueue(chunk)
  }

  /// Adds a chunk to the queue, which there is from now on.
  func enqueue(_ chunk: WriteQueue.Chunk) -> WriteQueue {
    if outbound.size == .huge {
      // Nothing is in it any more, and it may be long until the queue is empty.
      closeOutbound()
      outbound = OutboundBuffer(from: server.blocks, .large)
    }
    let queue = outbound.queue ?? WriteQueue(account: server.memory)
    outbound.setQueue(queue)
    queue.append(chunk)
    return queue
  }

  func moveBlockToQueue() {
    guard outbound.count > 0, let queue = outbound.queue else { return }
    let gathered = outbound
    var bytes: [UInt8] = []
    gathered.withBytes { bytes.append(copying: $0) }
    queue.append(WriteQueue.Chunk(bytes: bytes, isCompressible: gathered.isCompressible))
    outbound.removeAll()
  }

  /// Queues a frame that is too large for the block, which is empty.
  func enqueue(_ header: FrameHeader.Encoded, _ first: Span<UInt8>, _ second: Span<UInt8>) {
    let tail = isChanged ? nil : server.received.share(second)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(header.count + first.count + (tail == nil ? second.count : 0))
    bytes.append(copying: header.bytes.span)
    bytes.append(copying: first)
    if tail == nil { bytes.append(copying: second) }
    let queue = enqueue(
      WriteQueue.Chunk(bytes: bytes, tail: tail ?? [], isCompressible: outbound.isCompressible)
    )
    if queue.inFlight == nil { startQueue(queue) }
  }

  /// Hands on what has just been queued, and notes when the kernel does not take all of it.
  func startQueue(_ queue: WriteQueue) {
    continueQueue(queue)
    if outbound.queue != nil { server.becameBlocked(slot) }
  }

  /// Hands chunks to the kernel until it takes no more, or nothing waits.
  func continueQueue(_ queue: WriteQueue) {
    guard queue.inFlight == nil else { return }
    do throws(UVError) {
      while true {
        if queue.chunks.isEmpty, outbound.count > 0 { moveBlockToQueue() }
        guard var chunk = queue.next() else {
          outbound.setQueue(nil)
          if let filter { sendOutput(of: filter) }
          return
        }
        chunk.compress(by: deflate)
        if let filter, !chunk.seal(by: filter) {
          queue.inFlight = chunk
          return writeFailed()
        }
        // When it cannot be written, it is taken back from there.
        queue.inFlight = chunk
        let rest = chunk.rest
        chunk.sent += try write(rest.0, rest.1)
        queue.inFlight = chunk.sent < chunk.wireCount ? chunk : nil
        if queue.inFlight != nil { return }
      }
    } catch {
      writeFailed()
    }
  }

  /// Sends control frames before what waits.
  func sendUrgently(_ frame: FrameHeader.Encoded) {
    guard let queue = outbound.queue else {
      send(frame, Span())
      return
    }
    queue.appendUrgent(frame.bytes)
  }

  /// Takes back the messages that the kernel has not taken whole, and forgets all that waits but the
  /// chunk in flight.
  func takeUnsentMessages() -> [UnsentMessage] {
    guard sendsFrames, !outbound.isEmpty else { return [] }
    var unsent: [UnsentMessage] = []
    if let queue = outbound.queue {
      if let chunk = queue.inFlight {
        // The stream knows how much is left of what it was given.
        let taken = queuedBytes > 0 ? chunk.wireCount - queuedBytes : chunk.sent
        unsent.append(from: chunk, taken: chunk.unsealedCount(sent: taken, by: filter))
      }
      for chunk in queue.chunks { unsent.append(from: chunk, taken: chunk.sent) }
      queue.dropWaiting()
    }
    let gathered = outbound
    var frames: [UInt8] = []
    gathered.withBytes { frames.append(copying: $0) }
    unsent.append(from: frames, taken: 0)
    outbound.removeAll()
    return unsent
  }
}
