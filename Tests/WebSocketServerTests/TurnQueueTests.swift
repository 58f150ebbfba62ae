import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Turns of compressed connections") struct TurnQueueTests {
  /// Sends messages of 256 KiB each, compressed to next to nothing.
  private func zeros(_ count: Int, at client: RawClient) {
    var frame = WireFrame(.binary, Self.compressedZeros)
    frame.firstByte = 0xC2
    client.send(all: [[UInt8]](repeating: frame.bytes, count: count).flatMap { $0 })
  }

  /// 256 KiB of zeros by our own compressor, its header cut off.
  private static let compressedZeros: [UInt8] = {
    let deflate = PermessageDeflate(DeflateParameters(), pool: DeflatePool())
    let header = FrameHeader.encode(.binary, payloadCount: 256 * 1024).bytes
    var wire: [UInt8] = []
    let frame = header + [UInt8](repeating: 0, count: 256 * 1024)
    _ = deflate.compress(frame.span, into: &wire)
    return Array(wire.dropFirst(wire[1] < 126 ? 2 : 4))
  }()

  private let offer = [
    "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover"
  ]

  @Test("what inflates to much is taken in turns, whole and in order; others are served between")
  func turns() throws {
    try onStage({ $0.compression = true }) { stage in
      var order: [String] = []
      stage.handler.onText = { text, _, _ in order.append(text) }
      let (bomber, _) = try stage.webSocket("/ws/1", offer)
      let (other, _) = try stage.webSocket("/ws/2")
      var most = 0
      var before = 0
      let hook = try LoopHook(on: stage.loop, .beforeWaiting) {
        most = max(most, stage.handler.binaries.count - before)
        before = stage.handler.binaries.count
      }
      hook.start()
      zeros(100, at: bomber)
      bomber.send(.text, "bomber's last")
      other.send(.text, "other's")
      try stage.loop.run { order.count == 2 }
      #expect(order == ["other's", "bomber's last"])
      #expect(stage.handler.binaries.count == 100)
      #expect(stage.handler.binaries.allSatisfy { $0.count == 256 * 1024 && !$0.contains(1) })
      // A MiB in the turn, and as much when it is read.
      #expect(most <= 2 * (DeflatePool.inflatedRoundBytes / (256 * 1024) + 1))
      try stage.loop.run { stage.server.memory.bytes == 0 }
      hook.close()
    }
  }

  @Test("all that wait get their turns") func fairness() throws {
    try onStage({ $0.compression = true }) { stage in
      let bombers = try (0..<5).map { try stage.webSocket("/ws/\($0)", offer).client }
      for bomber in bombers { zeros(30, at: bomber) }
      try stage.loop.run { stage.handler.binaries.count == 150 }
    }
  }

  @Test("a connection that ends while it waits is forgotten") func ended() throws {
    try onStage({ $0.compression = true }) { stage in
      let (bomber, socket) = try stage.webSocket("/ws/1", offer)
      zeros(100, at: bomber)
      try stage.loop.run { !stage.handler.binaries.isEmpty }
      stage.server.close(socket)
      bomber.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 && stage.server.memory.bytes == 0 }
    }
  }

  @Test("whoever does not read the replies gets no more turns until it does") func unread()
    throws
  {
    try onStage({ $0.compression = true }) { stage in
      // Replies that cannot be compressed.
      let noise = (0..<256 * 1024).map { _ in UInt8.random(in: 0...255) }
      stage.handler.onBinary = { _, socket, _ in stage.send(noise, to: socket) }
      let (client, socket) = try stage.webSocket("/ws/1", offer)
      client.stopReading()
      zeros(200, at: client)
      // 50 MiB of replies, of which few are made.
      try stage.loop.run { stage.server.unsentBytes(of: socket) > 0 }
      for _ in 0..<200 { stage.loop.runOnce() }
      #expect(stage.server.unsentBytes(of: socket) < 8 << 20)
      let count = stage.handler.binaries.count
      #expect(count < 100)
      try client.startReading()
      try stage.loop.run { stage.handler.binaries.count == 200 }
      client.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 }
    }
  }
}
