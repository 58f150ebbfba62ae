import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

/// What happens when a peer does not read, which takes some megabytes: first the kernels' buffers fill.
@Suite("Connection: backpressure") struct ConnectionTests {
  @Test("nothing is told as drained when nothing had piled up") func neverDrained() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      for number in 0..<100 { stage.send(Stage.message(number, 1000), to: socket) }
      try stage.loop.run { client.frames.count == 100 }
      #expect(stage.handler.drains == [])
    }
  }

  // MARK: Slow readers

  @Test(
    "past the bound a slow reader is let go, and nothing is lost or sent twice",
    arguments: [5000, 50_000, 300_000]
  )
  func slowReader(size: Int) throws {
    try onStage({ $0.queueBytes = 500_000 }) { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      var count = try stage.fill(socket, size: size)
      while stage.send(Stage.message(count, size), to: socket) { count += 1 }
      #expect(!stage.send("more", to: socket))
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let closure = try #require(stage.handler.closures.first)
      #expect(closure.end == .slow)
      try client.startReading()
      try stage.loop.run { client.isOver }
      let arrived = Stage.numbers(of: client.messages.map(\.payload), size)
      let unsent = Stage.numbers(of: closure.unsent.map(\.payload), size)
      #expect(arrived + unsent == Array(0..<count))
      #expect(unsent.count * (size + 10) > 500_000)
      #expect(closure.unsent.allSatisfy { $0.kind == .binary })
      #expect(stage.handler.closures.count == 1)
      #expect(stage.server.connectionCount == 0)
    }
  }

  @Test("the bound is judged before a message is added", arguments: [-1, 0, 1])
  func bound(offset: Int) throws {
    try onStage({ $0.queueBytes = 2_000_000 }) { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      _ = try stage.fill(socket)
      let header = 10
      let room = 2_000_000 - stage.server.unsentBytes(of: socket) + offset
      #expect(stage.send(Array(repeating: 0, count: room - header), to: socket))
      #expect(stage.server.unsentBytes(of: socket) == 2_000_000 + offset)
      #expect(stage.send(Array(repeating: 0, count: 1_000_000), to: socket) == (offset <= 0))
    }
  }

  @Test("replies never make a slow reader: they stop the reading") func replies() throws {
    try onStage({ $0.queueBytes = 100_000 }) { stage in
      let reply = Stage.message(0, 200_000)
      stage.handler.onText = { _, socket, _ in stage.send(reply, to: socket) }
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      // More replies than the buffers of both kernels hold.
      let count = 200
      for _ in 0..<count {
        client.send(.text, "more")
        for _ in 0..<4 { stage.loop.runOnce() }
      }
      try stage.loop.run { stage.server.unsentBytes(of: socket) > 0 }
      #expect(stage.handler.texts.count < count)
      #expect(stage.handler.closures.isEmpty)
      try client.startReading()
      try stage.loop.run { client.frames.count == count }
      #expect(client.frames.allSatisfy { $0.payload == reply })
      #expect(stage.handler.closures.isEmpty)
    }
  }

  // MARK: Pings

  @Test("a ping overtakes what is queued, and splits no frame") func pingOvertakes() throws {
    try onStage({
      $0.heartbeatInterval = .milliseconds(40)
      $0.heartbeatTimeout = .seconds(3600)
    }) { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try stage.fill(socket, more: 50)
      try stage.loop.run {
        stage.server.table.with(socket) { !($0.outbound.queue?.urgent.isEmpty ?? true) } ?? false
      }
      try client.startReading()
      try stage.loop.run { client.messages.count == count }
      let ping = try #require(client.frames.firstIndex { $0.opcode == .ping })
      // At most the chunk in flight goes before it.
      #expect(ping < count - 40)
      #expect(Stage.numbers(of: client.messages.map(\.payload)) == Array(0..<count))
    }
  }

  // MARK: Ends

  @Test(
    "what waits when the connection breaks comes back whole and in order",
    arguments: [0, 1, 30]
  )
  func brokenWhileWaiting(more: Int) throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try stage.fill(socket, more: more)
      let waiting = stage.server.unsentBytes(of: socket)
      client.closeWithReset()
      try stage.loop.run { !stage.handler.closures.isEmpty }
      try expectTail(of: count, stage, waiting: waiting)
    }
  }

  @Test("the same, when it breaks while the server is not reading") func brokenWhilePaused() throws
  {
    try onStage { stage in
      var count = 0
      stage.handler.onText = { _, socket, _ in
        stage.send(Stage.message(count, 50_000), to: socket)
        count += 1
      }
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let request = WireFrame(.text, "more").bytes
      while stage.server.unsentBytes(of: socket) == 0 {
        client.send(all: Array(repeating: request, count: 20).flatMap { $0 })
        for _ in 0..<4 { stage.loop.runOnce() }
        try #require(count < 10_000)
      }
      let waiting = stage.server.unsentBytes(of: socket)
      client.closeWithReset()
      try stage.loop.run { !stage.handler.closures.isEmpty }
      try expectTail(of: count, stage, waiting: waiting)
    }
  }

  /// Of `count` messages the last ones, as many as were waiting, must have come back.
  private func expectTail(of count: Int, _ stage: Stage, waiting: Int) throws {
    let closure = try #require(stage.handler.closures.first)
    #expect(closure.end == .disconnected)
    let unsent = Stage.numbers(of: closure.unsent.map(\.payload))
    #expect(unsent == Array(count - unsent.count..<count))
    #expect(unsent.count * 50_010 >= waiting)
  }

  @Test(
    "a message that meets a broken connection was accepted or not, never lost",
    arguments: [10, 5000, 16_000, 20_000, 100_000]
  )
  func brokenWithinARound(size: Int) throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.closeWithReset()
      // The server has not read that it is broken: it finds out by writing.
      let accepted = (0..<10).filter { stage.send(Stage.message($0, size), to: socket) }
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let closure = try #require(stage.handler.closures.first)
      #expect(Stage.numbers(of: closure.unsent.map(\.payload), size) == accepted)
    }
  }

  @Test("a broken connection holds no memory of its own", arguments: [10, 100_000])
  func noBlockIsLost(size: Int) throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.closeWithReset()
      let connection = try #require(stage.server.table[socket.slot])
      for number in 0..<10 { stage.send(Stage.message(number, size), to: socket) }
      try stage.loop.run { stage.server.connectionCount == 0 }
      connection.send(Array("too late".utf8).span)
      #expect(connection.outbound.isEmpty)
    }
  }

  @Test("a peer that closes with its queue full gets its unsent messages back to the handler")
  func closedByPeerWhileWaiting() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try stage.fill(socket, more: 10)
      client.sendClose(1000)
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let closure = try #require(stage.handler.closures.first)
      #expect(closure.end == .closedByPeer(.normal, reason: ""))
      let unsent = Stage.numbers(of: closure.unsent.map(\.payload))
      #expect(unsent == Array(count - unsent.count..<count))
      #expect(unsent.count >= 10)
      try client.startReading()
      try stage.loop.run { client.isOver }
      // The frame on its way is completed, so that the close frame can follow it.
      #expect(client.closeFrame?.closeCode == .normal)
    }
  }

  @Test("a peer that closes and is gone at once has not got the last answers")
  func closedByPeerAndGone() throws {
    try onStage { stage in
      stage.handler.onText = { text, socket, _ in stage.send(text, to: socket) }
      let (client, _) = try stage.webSocket()
      client.send(all: WireFrame(.text, "answer me").bytes + WireFrame(.close, [3, 232]).bytes)
      client.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 }
      #expect(stage.handler.closures.flatMap(\.unsent).map(\.payload) == [Array("answer me".utf8)])
    }
  }

  @Test("an end that breaks the connection is told of the right socket", arguments: [0, 1000])
  func closedByPeerWithoutAnswers(code: UInt16) throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      // 0 is no code: the server closes for that.
      client.sendClose(code)
      client.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 }
      #expect(stage.handler.closures.map(\.socket) == [socket])
    }
  }

  // MARK: Numbers of old

  @Test("a socket that has ended stands for no other, even in its place") func staleSocket() throws
  {
    try onStage { stage in
      let (first, old) = try stage.webSocket()
      first.close()
      try stage.loop.run { stage.server.connectionCount == 0 }
      let (client, new) = try stage.webSocket()
      #expect(new.slot == old.slot && new != old)
      #expect(!stage.send("for the old one", to: old))
      stage.server.close(old)
      #expect(stage.server.unsentBytes(of: old) == 0)
      #expect(!stage.server.isOpen(old) && stage.server.isOpen(new))
      #expect(stage.send("for the new one", to: new))
      try stage.loop.run { client.texts == ["for the new one"] }
      #expect(client.closeFrame == nil)
    }
  }

  @Test("a number that was never a socket is none") func noSocket() throws {
    try onStage { stage in
      #expect(!stage.send("x", to: WebSocket(rawValue: 0)))
      #expect(!stage.send("x", to: WebSocket(rawValue: .max)))
      _ = try stage.client()
      try stage.loop.run { stage.server.connectionCount == 1 }
      // A connection that is no WebSocket yet.
      #expect(!stage.send("x", to: stage.server.table.socket(at: 0)))
    }
  }

  @Test("what came before a reset is received although output waits") func beforeReset() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      _ = try stage.fill(socket, more: 2)
      client.send(.text, "last words")
      client.closeWithReset()
      try stage.loop.run { stage.handler.closures.count == 1 }
      #expect(stage.handler.texts == ["last words"])
    }
  }
}
