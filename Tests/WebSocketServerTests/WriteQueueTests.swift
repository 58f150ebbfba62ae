import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Write queue") struct WriteQueueTests {
  private func chunk(_ bytes: [UInt8], sent: Int = 0) -> WriteQueue.Chunk {
    WriteQueue.Chunk(bytes: bytes, sent: sent)
  }

  private func next(of queue: WriteQueue) -> [UInt8]? {
    queue.next()?.bytes
  }

  @Test("chunks go in order, urgent frames before them and all at once") func order() {
    let queue = WriteQueue(account: MemoryAccount(limit: 0))
    queue.append(chunk([1]))
    queue.append(chunk([2, 2]))
    queue.appendUrgent([8])
    queue.appendUrgent([9, 9])
    #expect(next(of: queue) == [8, 9, 9])
    #expect(next(of: queue) == [1])
    queue.appendUrgent([7])
    #expect(next(of: queue) == [7])
    #expect(next(of: queue) == [2, 2])
    #expect(next(of: queue) == nil)
  }

  @Test("the account knows of all memory that is held, until the queue is gone") func account() {
    let account = MemoryAccount(limit: 10)
    var queue: WriteQueue? = WriteQueue(account: account)
    queue?.append(chunk([1, 2, 3, 4], sent: 1))
    let block = OutboundBuffer.blockBytes
    #expect(account.bytes == block + 3)
    queue?.inFlight = queue?.next()
    // What has been sent of it is held as well.
    #expect(account.bytes == block + 4)
    queue?.appendUrgent([7])
    queue?.append(chunk([5, 6]))
    #expect(account.bytes == block + 7 && queue?.heldBytes == block + 7)
    queue?.dropWaiting()
    #expect(account.bytes == block + 4)
    queue = nil
    #expect(account.bytes == 0)
  }

  @Test("what waits is counted without what has been sent of it") func waitingBytes() {
    let queue = WriteQueue(account: MemoryAccount(limit: 0))
    #expect(queue.waitingBytes == 0)
    queue.append(chunk([1, 2, 3, 4], sent: 3))
    queue.append(chunk([5, 6]))
    queue.appendUrgent([7])
    #expect(queue.waitingBytes == 4)
    _ = queue.next()
    #expect(queue.waitingBytes == 3)
    #expect(queue.next()?.sent == 3)
    #expect(queue.waitingBytes == 2)
    _ = queue.next()
    #expect(queue.waitingBytes == 0)
  }

  @Test("a chunk is compressed when that is wanted, and before anything of it is sent")
  func compression() {
    let deflate = PermessageDeflate(DeflateParameters(), pool: DeflatePool())
    let frame = WireFrame(.binary, [UInt8](repeating: 7, count: 500), key: nil).bytes
    var chunk = WriteQueue.Chunk(bytes: frame, isCompressible: true)
    #expect(chunk.rest == (frame[...], []))
    chunk.compress(by: deflate)
    #expect(chunk.wireCount < 30 && chunk.rest.0.count == chunk.wireCount)
    #expect(chunk.bytes == frame && chunk.count == frame.count)
    for var other in [
      WriteQueue.Chunk(bytes: frame), .init(bytes: frame, sent: 1, isCompressible: true),
      .init(bytes: Array(frame.prefix(2)), isCompressible: true),
    ] {
      other.compress(by: deflate)
      #expect(other.compressed == nil)
    }
    var unagreed = WriteQueue.Chunk(bytes: frame, isCompressible: true)
    unagreed.compress(by: nil)
    #expect(unagreed.compressed == nil && unagreed.wireCount == frame.count)
  }

  @Test("what is left of a chunk goes on in its tail", arguments: 0...7) func tail(sent: Int) {
    let chunk = WriteQueue.Chunk(bytes: [1, 2, 3], tail: [0, 4, 5, 6, 7].dropFirst(), sent: sent)
    #expect(chunk.count == 7 && chunk.wireCount == 7)
    let rest = chunk.rest
    #expect(rest.0 + rest.1 == [1, 2, 3, 4, 5, 6, 7].dropFirst(sent))
    #expect(rest.1.count == min(4, 7 - sent))
  }

  @Test("what is dropped leaves what is in flight") func drop() {
    let queue = WriteQueue(account: MemoryAccount(limit: 0))
    queue.append(chunk([1]))
    queue.append(chunk([2]))
    queue.appendUrgent([3])
    queue.inFlight = queue.next()
    queue.dropWaiting()
    #expect(queue.waitingBytes == 0)
    #expect(queue.chunks.isEmpty && queue.urgent.isEmpty)
    #expect(queue.inFlight != nil)
    #expect(next(of: queue) == nil)
  }
}
