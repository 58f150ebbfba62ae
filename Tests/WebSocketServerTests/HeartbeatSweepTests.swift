import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Heartbeat sweep") struct HeartbeatSweepTests {
  private static func fast(_ configuration: inout ServerConfiguration) {
    configuration.heartbeatInterval = .milliseconds(100)
    configuration.heartbeatTimeout = .milliseconds(100)
  }

  /// Runs the loop for a while, in which nothing is expected to happen.
  private func run(_ loop: EventLoop, for milliseconds: UInt64) throws {
    let end = EventLoop.preciseNow + milliseconds
    try loop.run { EventLoop.preciseNow >= end }
  }

  /// Holds up the loop's thread, as a debugger or a busy machine would.
  private func stall(for milliseconds: UInt64) {
    let end = EventLoop.preciseNow + milliseconds
    while EventLoop.preciseNow < end {}
  }

  @Test(
    "a tick is a part of the shortest time, between 1 and 50 ms",
    arguments: [(0, 1), (31, 1), (64, 2), (1599, 49), (1600, 50), (10_000, 50), (.max, 50)]
  )
  func tick(shortest: UInt32, tick: UInt32) throws {
    try withLoop { loop in
      let sweep = try HeartbeatSweep(
        on: loop,
        table: ConnectionTable(),
        shortest: shortest,
        longest: 60_000
      )
      #expect(sweep.tick == tick)
      sweep.stop()
    }
  }

  // MARK: Pings

  @Test("a silent connection is pinged, and lives as long as it answers") func answered() throws {
    try onStage(Self.fast) { stage in
      let (client, _) = try stage.webSocket()
      try stage.loop.run { client.frames.count >= 5 }
      #expect(client.frames.allSatisfy { $0 == .init(firstByte: 0x89, payload: []) })
      #expect(stage.handler.closures.isEmpty)
    }
  }

  @Test("one that does not answer is lost, within the time that is announced") func lost() throws {
    try onStage(Self.fast) { stage in
      // When the client was last heard, however long the test then takes to notice.
      var start: UInt32 = 0
      stage.handler.onOpen = { _, server in start = server.clock }
      let (client, socket) = try stage.webSocket()
      client.answersPings = false
      var elapsed: UInt32 = 0
      stage.handler.onClose = { _, server in elapsed = server.clock &- start }
      let bound = try #require(stage.server.silenceBound)
      try stage.loop.run { !stage.handler.closures.isEmpty }
      #expect(stage.handler.closures.map(\.end) == [.lost])
      #expect(stage.handler.closures.map(\.socket) == [socket])
      // A machine that runs other tests, too, is late by some ticks.
      #expect(elapsed >= 194 && Int(elapsed) <= bound + 30)
      try stage.loop.run { client.isOver }
      #expect(client.closeFrame?.closeCode == CloseCode(4201))
      #expect(client.frames.filter { $0.opcode == .ping }.count == 1)
      #expect(stage.server.connectionCount == 0)
    }
  }

  @Test("what was not sent to one that is lost is handed back") func lostWithUnsent() throws {
    try onStage(Self.fast) { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try stage.fill(socket, more: 5)
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let closure = try #require(stage.handler.closures.first)
      #expect(closure.end == .lost)
      let unsent = Stage.numbers(of: closure.unsent.map(\.payload))
      #expect(unsent == Array(count - unsent.count..<count))
      #expect(unsent.count >= 5)
    }
  }

  @Test("any byte is a sign of life, a part of a frame included") func partOfAFrame() throws {
    try onStage(Self.fast) { stage in
      let (client, _) = try stage.webSocket()
      client.answersPings = false
      for byte in WireFrame(.text, "0123456789").bytes {
        client.send(all: [byte])
        try run(stage.loop, for: 50)
      }
      #expect(stage.handler.texts == ["0123456789"])
      #expect(stage.handler.closures.isEmpty)
      #expect(client.frames.isEmpty)
    }
  }

  @Test("whoever slowly reads what is sent lives, though its pongs cannot come") func slowReader()
    throws
  {
    try onStage(Self.fast) { stage in
      let (client, socket) = try stage.webSocket()
      client.answersPings = false
      client.stopReading()
      let count = try stage.fill(socket, more: 100)
      let end = EventLoop.preciseNow + 600
      while EventLoop.preciseNow < end, client.messages.count < count {
        try client.startReading()
        // What one read brings: 512 KiB at most.
        let before = client.messages.count
        try stage.loop.run { client.messages.count > before }
        client.stopReading()
        try run(stage.loop, for: 20)
      }
      #expect(stage.handler.closures.isEmpty)
    }
  }

  @Test("without an interval nobody is pinged or lost") func off() throws {
    try onStage({
      $0.heartbeatInterval = .zero
      $0.heartbeatTimeout = .milliseconds(10)
      $0.handshakeTimeout = .milliseconds(50)
    }) { stage in
      let (client, _) = try stage.webSocket()
      try run(stage.loop, for: 200)
      #expect(client.frames.isEmpty)
      #expect(stage.handler.closures.isEmpty)
      #expect(stage.server.silenceBound == nil)
    }
  }

  // MARK: Stalls

  @Test("the clock stands still while the loop does, and goes on after it") func clock() throws {
    try onStage(Self.fast) { stage in
      let (client, _) = try stage.webSocket()
      try run(stage.loop, for: 20)
      let before = stage.server.clock
      let start = EventLoop.preciseNow
      stall(for: 300)
      try run(stage.loop, for: 50)
      let elapsed = EventLoop.preciseNow - start
      let advance = UInt64(stage.server.clock &- before)
      #expect(advance <= elapsed - 300 + 3 * 3)
      #expect(advance > 0)
      #expect(!client.isOver)
    }
  }

  @Test("the clock never goes back") func monotonous() throws {
    try onStage(Self.fast) { stage in
      _ = try stage.webSocket()
      var last = stage.server.clock
      for round in 0..<100 {
        if round % 10 == 0 { stall(for: 20) }
        stage.loop.runOnce()
        let now = stage.server.clock
        #expect(Int32(bitPattern: now &- last) >= 0)
        last = now
      }
    }
  }

  @Test(
    "a stall of the server's own, however long, is nobody's death",
    arguments: [150, 250, 600] as [UInt64]
  )
  func stalled(milliseconds: UInt64) throws {
    try onStage(Self.fast) { stage in
      let clients = try (0..<20).map { _ in try stage.webSocket().client }
      for client in clients { client.answersPings = false }
      // All have been asked, and before they can answer it happens.
      try stage.loop.run { clients.allSatisfy { $0.frames.count == 1 } }
      stall(for: milliseconds)
      for client in clients {
        client.answersPings = true
        client.send(.pong)
      }
      try run(stage.loop, for: 300)
      #expect(stage.handler.closures.isEmpty)
      #expect(clients.allSatisfy { !$0.isOver })
    }
  }

  @Test("a silent one is found dead in spite of stalls") func stalledAndSilent() throws {
    try onStage(Self.fast) { stage in
      let (client, _) = try stage.webSocket()
      client.answersPings = false
      stall(for: 300)
      try stage.loop.run { stage.handler.closures.map(\.end) == [.lost] }
    }
  }

  @Test("more connections than one round looks at are all found dead") func batches() throws {
    try onStage(Self.fast) { stage in
      let count = 300
      for _ in 0..<count { try stage.webSocket().client.answersPings = false }
      // The first may be lost before the last has come.
      try stage.loop.run { stage.handler.closures.count == count }
      #expect(stage.handler.closures.allSatisfy { $0.end == .lost })
      #expect(stage.server.connectionCount == 0)
    }
  }
}
