import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

/// What happens when a peer does not read, which takes some megabytes: first the kernels' buffers fill.
@Suite("Connection: what waits for the kernel") struct ConnectionQueueTests {
  @Test("what the kernel does not take waits, and arrives in order when the peer reads")
  func waiting() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try stage.fill(socket, more: 20)
      #expect(stage.server.unsentBytes(of: socket) > 20 * 50_000)
      #expect(stage.handler.drains == [])
      try client.startReading()
      try stage.loop.run { client.frames.count == count }
      #expect(Stage.numbers(of: client.frames.map(\.payload)) == Array(0..<count))
      try stage.loop.run { stage.handler.drains == [socket] }
      #expect(stage.server.unsentBytes(of: socket) == 0)
    }
  }

  @Test("small and large messages keep their order behind a full kernel") func mixedSizes() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try stage.fill(socket)
      let sizes = [4, 20_000, 5, 6, 16_340, 100_000, 7] + Array(repeating: 3000, count: 20)
      for (number, size) in sizes.enumerated() {
        stage.send(Stage.message(number, size), to: socket)
      }
      try client.startReading()
      try stage.loop.run { client.frames.count == count + sizes.count }
      let late = client.frames.dropFirst(count).map(\.payload)
      #expect(late == sizes.enumerated().map { Stage.message($0, $1) })
    }
  }

  @Test("drained is told each time that a queue has gone") func drainedAgain() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      for round in 1...2 {
        client.stopReading()
        _ = try stage.fill(socket)
        try client.startReading()
        try stage.loop.run { stage.handler.drains.count == round }
      }
    }
  }

  @Test("a small block behind a full kernel becomes a large one, and nothing is lost or overtaken")
  func smallBlock() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      // Others have had all large blocks of the round.
      let blocks = stage.server.blocks
      while blocks.nextSize == .large { OutboundBuffer(from: blocks).close(to: blocks) }
      let count = try stage.fill(socket, size: 900)
      #expect(stage.server.table.with(socket) { $0.outbound.size } == .small)
      let sizes = [4, 900, 5, 900, 6, 900, 7] + Array(repeating: 300, count: 50)
      for (number, size) in sizes.enumerated() {
        stage.send(Stage.message(number, size), to: socket)
      }
      #expect(stage.server.table.with(socket) { $0.outbound.size } == .large)
      try client.startReading()
      try stage.loop.run { client.frames.count == count + sizes.count }
      #expect(
        Stage.numbers(of: client.frames.prefix(count).map(\.payload), 900) == Array(0..<count)
      )
      let late = client.frames.dropFirst(count).map(\.payload)
      let isEqual = late == sizes.enumerated().map { Stage.message($0, $1) }
      #expect(isEqual)
    }
  }
}
