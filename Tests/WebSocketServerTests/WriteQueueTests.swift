import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Write queue") struct WriteQueueTests {
  private func chunk(_ bytes: [UInt8], sent: Int = 0) -> WriteQueue.Chunk {
    WriteQueue.Chunk(bytes: ByteBuffer(bytes), sent: sent)
  }

  private func next(of queue: WriteQueue) -> [UInt8]? {
    queue.next()?.bytes.withBytes { $0.copy }
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
    #expect(account.bytes == 3)
    queue?.inFlight = queue?.next()
    // What has been sent of it is held as well.
    #expect(account.bytes == 4)
    queue?.appendUrgent([7])
    queue?.append(chunk([5, 6]))
    #expect(account.bytes == 7 && queue?.heldBytes == 7)
    queue?.dropWaiting()
    #expect(account.bytes == 4)
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
    let buffer = ByteBuffer(frame)
    var chunk = WriteQueue.Chunk(bytes: buffer, isCompressible: true)
    #expect(chunk.wire === buffer)
    chunk.compress(by: deflate)
    #expect(chunk.wire.count < 30)
    #expect(chunk.bytes === buffer)
    for var other in [
      WriteQueue.Chunk(bytes: buffer), .init(bytes: buffer, sent: 1, isCompressible: true),
      .init(bytes: ByteBuffer(Array(frame.prefix(2))), isCompressible: true),
    ] {
      other.compress(by: deflate)
      #expect(other.compressed == nil)
    }
    var unagreed = WriteQueue.Chunk(bytes: buffer, isCompressible: true)
    unagreed.compress(by: nil)
    #expect(unagreed.wire === buffer)
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
