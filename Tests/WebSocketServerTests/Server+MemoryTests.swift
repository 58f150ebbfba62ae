import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("When memory is short") struct ServerMemoryTests {
  @Test("the connection with the longest queue is closed, and loses nothing") func queue() throws {
    try onStage({ $0.memoryBytes = 4 << 20 }) { stage in
      let (innocent, other) = try stage.webSocket()
      let (slow, socket) = try stage.webSocket()
      slow.stopReading()
      let (alsoSlow, less) = try stage.webSocket()
      alsoSlow.stopReading()
      _ = try stage.fill(less, more: 2)
      var count = try stage.fill(socket)
      while stage.handler.closures.isEmpty {
        // What goes past the limit in a round is found at its end.
        #expect(stage.server.memory.bytes <= (4 << 20) + 1_000_000)
        for _ in 0..<20 where stage.send(Stage.message(count, 50_000), to: socket) { count += 1 }
        stage.loop.runOnce()
      }
      let closure = try #require(stage.handler.closures.first)
      #expect(closure.socket == socket && closure.end == .slow)
      let unsent = Stage.numbers(of: closure.unsent.map(\.payload))
      #expect(unsent == Array(count - unsent.count..<count))
      #expect(!stage.server.memory.isOver)
      stage.send("hello", to: other)
      try stage.loop.run { innocent.texts == ["hello"] }
      #expect(stage.handler.closures.count == 1)
    }
  }

  @Test("the connection with the longest partial message is closed with 1009") func partial() throws
  {
    try onStage({ $0.memoryBytes = 1 << 20 }) { stage in
      let (small, _) = try stage.webSocket()
      let (large, socket) = try stage.webSocket()
      // A declared length takes no memory, only what has come.
      let frame = WireFrame(.binary, [UInt8](repeating: 1, count: 8 << 20)).bytes
      small.send(all: Array(frame.prefix(100_000)))
      large.send(all: Array(frame.prefix(400_000)))
      try stage.loop.run { stage.server.memory.bytes >= 499_900 }
      #expect(stage.handler.closures.isEmpty)
      large.send(all: Array(frame[400_000..<3_000_000]))
      try stage.loop.run { large.closeFrame != nil }
      #expect(large.closeFrame?.closeCode == .messageTooBig)
      #expect(stage.handler.closures.map(\.socket) == [socket])
      #expect(stage.handler.closures.map(\.end) == [.closedHere(.messageTooBig)])
      large.close()
      small.close()
      try stage.loop.run { stage.server.connectionCount == 0 && stage.server.memory.bytes == 0 }
    }
  }

  @Test("all that is held is given back", arguments: [false, true]) func balance(reset: Bool) throws
  {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      _ = try stage.fill(socket, more: 5)
      let frame = WireFrame(.binary, [UInt8](repeating: 1, count: 1 << 20)).bytes
      client.send(all: Array(frame.prefix(400_000)))
      try stage.loop.run { stage.server.table[socket.slot]?.heldBytes ?? 0 > 400_000 }
      if reset { client.closeWithReset() } else { client.close() }
      try stage.loop.run { stage.server.connectionCount == 0 && stage.server.memory.bytes == 0 }
    }
  }

  @Test("a message that has come whole is not held any more") func whole() throws {
    try onStage { stage in
      let (client, _) = try stage.webSocket()
      let bytes = WireFrame(.binary, [UInt8](repeating: 1, count: 1 << 20)).bytes
      client.send(all: bytes + bytes.prefix(3))
      try stage.loop.run { stage.handler.binaries.count == 1 }
      #expect(stage.server.memory.bytes == 3)
    }
  }

  @Test("requests that wait behind an answer that nobody reads are counted") func pending() throws {
    let body = [UInt8](repeating: 1, count: 16 << 20)
    try onStage(routes: { _ in
      [.get("/big") { _, _ in HTTPResponse(status: .ok, body: body) }]
    }) { stage in
      let client = try stage.client()
      client.stopReading()
      let request = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"
      client.send(request)
      try stage.loop.run { stage.server.memory.bytes > 1 << 20 }
      let before = stage.server.memory.bytes
      client.send(String(repeating: request, count: 1_000))
      try stage.loop.run { stage.server.memory.bytes > before }
      client.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 }
      #expect(stage.server.memory.bytes == 0)
    }
  }

  @Test("requests behind an answer that finds the connection broken are not counted for good")
  func brokenWhilePending() throws {
    let body = [UInt8](repeating: 1, count: 64 * 1024)
    try onStage(routes: { _ in
      [.get("/big") { _, _ in HTTPResponse(status: .ok, body: body) }]
    }) { stage in
      let client = try stage.client()
      // Let it be accepted; what follows arrives together with the reset.
      try stage.loop.run { stage.server.connectionCount == 1 }
      client.send(String(repeating: "GET /big HTTP/1.1\r\nHost: a\r\n\r\n", count: 1_000))
      client.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 }
      #expect(stage.server.memory.bytes == 0)
    }
  }

  @Test("input that waits for its turn goes when its connection is given up") func postponed()
    throws
  {
    try onStage({ $0.compression = true }) { stage in
      let noise = (0..<256 * 1024).map { _ in UInt8.random(in: 0...255) }
      stage.handler.onBinary = { _, socket, _ in stage.send(noise, to: socket) }
      let (client, socket) = try stage.webSocket(
        "/ws/1",
        ["Sec-WebSocket-Extensions: permessage-deflate"]
      )
      client.stopReading()
      let frame = WireFrame(.binary, [UInt8](repeating: 1, count: 1_000)).bytes
      client.send(all: Array(repeatElement(frame, count: 200).joined()))
      let connection = try #require(stage.server.table[socket.slot])
      try stage.loop.run { stage.server.unsentBytes(of: socket) > 0 }
      for _ in 0..<20 { stage.loop.runOnce() }
      let queued = connection.outbound.queue?.heldBytes ?? 0
      #expect(connection.heldBytes > queued + 10_000)
      connection.giveUp()
      #expect(stage.server.memory.bytes < 10_000)
      try stage.loop.run { stage.handler.closures.count == 1 }
    }
  }

  @Test("no more are closed than it takes") func several() throws {
    try onStage({ $0.memoryBytes = 1_600_000 }) { stage in
      let frame = WireFrame(.binary, [UInt8](repeating: 1, count: 8 << 20)).bytes
      var sockets: [(client: RawClient, socket: WebSocket)] = []
      for number in 0..<20 {
        sockets.append(try stage.webSocket())
        sockets[number].client.send(all: Array(frame.prefix(50_000 + 1_000 * number)))
      }
      try stage.loop.run { stage.server.memory.bytes >= 20 * 59_000 }
      #expect(stage.handler.closures.isEmpty)
      sockets[0].client.send(all: Array(frame[50_000..<650_000]))
      try stage.loop.run { !stage.handler.closures.isEmpty }
      for _ in 0..<50 { stage.loop.runOnce() }
      #expect(stage.handler.closures.map(\.socket) == [sockets[0].socket])
      #expect(stage.server.memory.bytes <= 1_500_000)
    }
  }

  @Test("giving up one that is closing spares the others") func innocent() throws {
    try onStage({ $0.memoryBytes = 4 << 20 }) { stage in
      let frame = WireFrame(.binary, [UInt8](repeating: 1, count: 8 << 20)).bytes
      let (small, smallSocket) = try stage.webSocket()
      small.send(all: Array(frame.prefix(300_000)))
      let (large, socket) = try stage.webSocket()
      large.send(all: Array(frame.prefix(1_000_000)))
      try stage.loop.run { stage.server.memory.bytes >= 1_299_900 }
      stage.server.close(socket, .normal)
      large.send(all: Array(frame[1_000_000..<6_000_000]))
      try stage.loop.run { stage.server.connectionCount < 2 }
      for _ in 0..<50 { stage.loop.runOnce() }
      #expect(!stage.handler.closures.map(\.socket).contains(smallSocket))
    }
  }

  @Test("one that hangs up makes room at once") func hangsUp() throws {
    let limit = 8 << 20
    try onStage({ $0.memoryBytes = limit }) { stage in
      let frame = WireFrame(.binary, [UInt8](repeating: 1, count: 8 << 20)).bytes
      let (large, largeSocket) = try stage.webSocket()
      large.send(all: Array(frame.prefix(3_500_000)))
      try stage.loop.run { stage.server.memory.bytes >= 3_499_900 }
      let smalls = try (0..<150).map { _ in try stage.webSocket().client }
      for _ in 0..<50 { stage.loop.runOnce() }
      let before = stage.server.memory.bytes
      #expect(stage.handler.closures.isEmpty)
      large.close()
      for small in smalls.prefix((limit - before) / 49_000 + 8) {
        small.send(all: Array(frame.prefix(50_000)))
      }
      for _ in 0..<50 { stage.loop.runOnce() }
      #expect(stage.handler.closures.map(\.socket) == [largeSocket])
    }
  }
}
