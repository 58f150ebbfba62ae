import TestSupport
import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Block pool") struct BlockPoolTests {
  @Test("blocks are used again, and none has two owners", arguments: [1, 63, 64, 65, 200])
  func owners(count: Int) {
    let pool = BlockPool()
    for round in 0..<3 {
      let buffers = (0..<count).map { _ in OutboundBuffer(from: pool) }
      for (number, buffer) in buffers.enumerated() {
        #expect(buffer.count == 0 && buffer.queue == nil)
        let payload = Array(repeating: UInt8(truncatingIfNeeded: number + round), count: 100)
        let isTaken = buffer.append(.none, payload.span, Span())
        #expect(isTaken)
      }
      for (number, buffer) in buffers.enumerated() {
        let bytes = buffer.withBytes { $0.copy }
        #expect(bytes == Array(repeating: UInt8(truncatingIfNeeded: number + round), count: 100))
        buffer.close(to: pool)
      }
    }
  }

  @Test("the first in a round get large blocks, all others small ones") func sizes() {
    let pool = BlockPool()
    for _ in 0..<2 {
      let buffers = (0..<100).map { _ in OutboundBuffer(from: pool) }
      #expect(buffers.map(\.size) == (0..<100).map { $0 < 64 ? .large : .small })
      // Blocks that come back in the same round do not count again.
      for buffer in buffers { buffer.close(to: pool) }
      #expect(pool.nextSize == .small)
      pool.beginRound()
      #expect(pool.nextSize == .large)
    }
  }
}
