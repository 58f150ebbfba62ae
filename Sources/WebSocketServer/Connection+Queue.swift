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
      let chunk = ByteBuffer(capacity: max(block.count - start + second.count, 1))
      chunk.append(block.extracting(start..<block.count))
      chunk.append(second)
      return WriteQueue.Chunk(
        bytes: chunk,
        sent: sent - start,
        isCompressible: gathered.isCompressible
      )
    }
    outbound.removeAll()
    let queue = outbound.queue ?? WriteQueue(account: server.memory)
    outbound.setQueue(queue)
    queue.append(chunk)
    return queue
  }

  func moveBlockToQueue() {
    guard outbound.count > 0, let queue = outbound.queue else { return }
    let gathered = outbound
    queue.append(
      gathered.withBytes { block in
        let chunk = ByteBuffer(capacity: block.count)
        chunk.append(block)
        return WriteQueue.Chunk(bytes: chunk, isCompressible: gathered.isCompressible)
      }
    )
    outbound.removeAll()
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
        guard var chunk = queue.next() else { return outbound.setQueue(nil) }
        chunk.compress(by: deflate)
        let sent = chunk.sent
        // When it cannot be written, it is taken back from there.
        queue.inFlight = chunk
        chunk.sent += try chunk.wire.withBytes { (bytes: Span<UInt8>) throws(UVError) -> Int in
          try tryWrite(bytes.extracting(sent..<bytes.count))
        }
        queue.inFlight = chunk.sent < chunk.wire.count ? chunk : nil
        if queue.inFlight == nil { continue }
        chunk.sent += try write(chunk.wire, from: chunk.sent)
        queue.inFlight = chunk
        return
      }
    } catch {
      writeFailed()
    }
  }

  /// Sends control frames before what waits.
  func sendUrgently(_ frames: [UInt8]) {
    guard let queue = outbound.queue else { return send(frames.span) }
    queue.appendUrgent(frames)
  }

  /// Takes back the messages that the kernel has not taken whole, and forgets all that waits but the
  /// chunk in flight.
  func takeUnsentMessages() -> [UnsentMessage] {
    guard sendsFrames, !outbound.isEmpty else { return [] }
    var unsent: [UnsentMessage] = []
    if let queue = outbound.queue {
      if let chunk = queue.inFlight {
        // The stream knows how much is left of what it was given.
        let taken = queuedBytes > 0 ? chunk.wire.count - queuedBytes : chunk.sent
        unsent.append(from: chunk, taken: taken)
      }
      for chunk in queue.chunks { unsent.append(from: chunk, taken: chunk.sent) }
      queue.dropWaiting()
    }
    let gathered = outbound
    gathered.withBytes { unsent.append(from: $0, taken: 0) }
    outbound.removeAll()
    return unsent
  }
}
