import TestSupport
import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Outbound buffer") struct OutboundBufferTests {
  private let pool = BlockPool()

  private func append(_ count: Int, _ more: Int = 0, to buffer: OutboundBuffer) -> Bool {
    let first = Array(repeating: UInt8(1), count: count)
    let second = Array(repeating: UInt8(2), count: more)
    let header = FrameHeader.encode(.binary, payloadCount: count + more)
    return buffer.append(header, first.span, second.span)
  }

  private func bytes(of buffer: OutboundBuffer) -> [UInt8] { buffer.withBytes { $0.copy } }

  @Test("without a block nothing is taken") func noBlock() {
    let buffer = OutboundBuffer()
    #expect(buffer.isEmpty)
    #expect(buffer.count == 0)
    #expect(buffer.queue == nil)
    #expect(!append(0, to: buffer))
    #expect(bytes(of: buffer) == [])
    buffer.removeAll()
    buffer.setQueue(WriteQueue(account: MemoryAccount(limit: 0)))
    #expect(buffer.queue == nil)
    buffer.close(to: pool)
  }

  @Test("frames lie one behind the other, whatever the length of their headers")
  func frames() {
    let buffer = OutboundBuffer(from: pool)
    defer { buffer.close(to: pool) }
    var expected: [UInt8] = []
    for (count, more) in [(0, 0), (1, 0), (0, 1), (100, 25), (100, 26), (2000, 1000), (5, 5)] {
      #expect(append(count, more, to: buffer))
      let payload = Array(repeating: UInt8(1), count: count) + Array(repeating: 2, count: more)
      expected += WireFrame(.binary, payload, key: nil).bytes
      #expect(buffer.count == expected.count)
    }
    #expect(bytes(of: buffer) == expected)
    buffer.removeAll()
    #expect(buffer.count == 0 && !buffer.isEmpty)
  }

  @Test("what does not fit is not taken, and changes nothing", arguments: BlockPool.Size.allCases)
  func full(size: BlockPool.Size) throws {
    let largest = try #require(
      (0...size.bytes).last { count in
        let buffer = OutboundBuffer(from: pool, size)
        defer { buffer.close(to: pool) }
        return append(count, to: buffer)
      }
    )
    // Most of the block is for use.
    #expect(largest > size.bytes - 64)
    for (first, second) in [(largest, 0), (0, largest), (largest - 5, 5)] {
      let buffer = OutboundBuffer(from: pool, size)
      defer { buffer.close(to: pool) }
      #expect(!append(first + 1, second, to: buffer))
      #expect(!append(first, second + 1, to: buffer))
      #expect(buffer.count == 0)
      #expect(append(first, second, to: buffer))
      let before = bytes(of: buffer)
      #expect(!append(100, to: buffer))
      #expect(bytes(of: buffer) == before)
    }
  }

  @Test("a block can be filled to the brim by small frames") func brim() {
    let buffer = OutboundBuffer(from: pool)
    defer { buffer.close(to: pool) }
    var frames = 0
    while append(3, to: buffer) { frames += 1 }
    #expect(buffer.count == frames * 5)
    #expect(buffer.count > OutboundBuffer.blockBytes - 64)
    #expect(bytes(of: buffer) == (0..<frames).flatMap { _ in [0x82, 3, 1, 1, 1] as [UInt8] })
  }

  @Test("a full block goes on in a huge one, which the pool takes back") func enlarged() {
    let buffer = OutboundBuffer(from: pool, .large)
    while append(3, to: buffer) {}
    let before = bytes(of: buffer)
    let larger = buffer.enlarged(by: pool)
    #expect(larger.size == .huge)
    #expect(bytes(of: larger) == before)
    while append(100, to: larger) {}
    #expect(larger.count > BlockPool.Size.huge.bytes - 256)
    #expect(bytes(of: larger).prefix(before.count) == before[...])
    larger.close(to: pool)
    #expect(OutboundBuffer().enlarged(by: pool).isEmpty)
  }

  @Test("what may be compressed is noted until the block is closed") func compressible() {
    let buffer = OutboundBuffer(from: pool)
    #expect(!buffer.isCompressible)
    buffer.setCompressible()
    buffer.removeAll()
    #expect(buffer.isCompressible)
    buffer.close(to: pool)
    let next = OutboundBuffer(from: pool)
    #expect(!next.isCompressible)
    next.close(to: pool)
    #expect(!OutboundBuffer().isCompressible)
    OutboundBuffer().setCompressible()
  }

  @Test("the queue goes with the block") func queue() {
    var queue: WriteQueue? = WriteQueue(account: MemoryAccount(limit: 0))
    weak let remains = queue
    let buffer = OutboundBuffer(from: pool)
    buffer.setQueue(queue)
    #expect(buffer.queue === queue)
    queue = nil
    #expect(remains != nil)
    buffer.close(to: pool)
    #expect(remains == nil)
  }
}
