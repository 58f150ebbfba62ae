import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("How a WebSocket ends (RFC 6455 §7)") struct WebSocketConnectionEndTests {
  @Test(
    "the peer's close is echoed, told, and followed by FIN",
    arguments: [(1000, ""), (1001, "bye"), (4999, "ö")] as [(UInt16, String)]
  )
  func closedByPeer(code: UInt16, reason: String) throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      client.sendClose(code, reason: reason)
      try stage.loop.run { client.hasEnded }
      #expect(client.closeFrame?.closeCode == CloseCode(code))
      #expect(stage.handler.closures.map(\.end) == [.closedByPeer(CloseCode(code), reason: reason)])
      #expect(!stage.send("too late", to: socket))
    }
  }

  @Test("a close without a code is answered by one, and told as 1005") func noCode() throws {
    try onStage { stage in
      let (client, _) = try stage.webSocket()
      client.send(.close)
      try stage.loop.run { client.hasEnded }
      #expect(client.frames == [.init(firstByte: 0x88, payload: [])])
      #expect(stage.handler.closures.map(\.end) == [.closedByPeer(.noStatus, reason: "")])
    }
  }

  @Test("what was sent before the peer's close arrives before the answer") func beforeTheAnswer()
    throws
  {
    try onStage { stage in
      stage.handler.onText = { text, socket, _ in stage.send(text, to: socket) }
      let (client, _) = try stage.webSocket()
      client.send(all: WireFrame(.text, "last").bytes + WireFrame(.close, [3, 232]).bytes)
      try stage.loop.run { client.hasEnded }
      #expect(client.frames.map(\.opcode) == [.text, .close])
      #expect(stage.handler.closures.first?.unsent == [])
    }
  }

  @Test("FIN or RST without a close frame is told at once", arguments: [false, true])
  func disconnected(byReset: Bool) throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      if byReset { client.closeWithReset() } else { client.close() }
      try stage.loop.run { !stage.handler.closures.isEmpty }
      #expect(stage.handler.closures.map(\.end) == [.disconnected])
      #expect(!stage.send("too late", to: socket))
      #expect(stage.server.connectionCount == 0)
    }
  }

  @Test("a close of our own is told at once, and ends by the peer's answer") func closedHere()
    throws
  {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      stage.send("before", to: socket)
      stage.server.close(socket, CloseCode(4005), reason: "replaced")
      stage.server.close(socket, .normal)
      #expect(!stage.send("after", to: socket))
      try stage.loop.run { client.closeFrame != nil }
      #expect(stage.handler.closures.map(\.end) == [.closedHere(CloseCode(4005))])
      #expect(client.frames.map(\.opcode) == [.text, .close])
      #expect(client.closeFrame?.payload == [0x0F, 0xA5] + Array("replaced".utf8))
      #expect(!client.hasEnded)
      client.sendClose(4005)
      try stage.loop.run { client.hasEnded }
    }
  }

  @Test("messages that cross a close of our own are ignored") func crossing() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      stage.server.close(socket)
      try stage.loop.run { client.closeFrame != nil }
      client.send(.text, "crossing")
      client.send(.ping, "crossing")
      client.sendClose(1000)
      try stage.loop.run { client.hasEnded }
      #expect(stage.handler.texts == [])
      #expect(client.frames.count == 1)
    }
  }

  @Test("a peer that does not answer the close is cut off") func unansweredClose() throws {
    try onStage({ $0.closeTimeout = .milliseconds(50) }) { stage in
      let (client, socket) = try stage.webSocket()
      stage.server.close(socket)
      try stage.loop.run { client.isOver }
      #expect(stage.server.connectionCount == 0)
      #expect(stage.handler.closures.count == 1)
    }
  }

  @Test("a peer that answers the close by FIN or RST is let go at once", arguments: [false, true])
  func closeAnsweredByEnd(byReset: Bool) throws {
    try onStage({ $0.closeTimeout = .seconds(3600) }) { stage in
      let (client, socket) = try stage.webSocket()
      stage.server.close(socket)
      try stage.loop.run { client.closeFrame != nil }
      if byReset { client.closeWithReset() } else { client.close() }
      try stage.loop.run { stage.server.connectionCount == 0 }
      #expect(stage.handler.closures.count == 1)
    }
  }

  @Test(
    "whoever breaks the protocol is told why, and let go",
    arguments: [
      ([0x81, 0x00], 1002), ([0xC1, 0x80, 0, 0, 0, 0], 1002), ([0x83, 0x80, 0, 0, 0, 0], 1002),
      ([0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007),
      ([0x82, 0xFE, 0x03, 0xE9], 1009),
    ] as [([UInt8], UInt16)]
  )
  func protocolErrors(bytes: [UInt8], code: UInt16) throws {
    try onStage({ $0.limits.messageBytes = 1000 }) { stage in
      let (client, _) = try stage.webSocket()
      client.send(all: bytes)
      try stage.loop.run { client.hasEnded }
      #expect(client.closeFrame?.closeCode == CloseCode(code))
      #expect(stage.handler.closures.map(\.end) == [.closedHere(CloseCode(code))])
    }
  }

  // MARK: Handlers

  @Test("a handler may close the socket that it is called for") func closeWithinReceived() throws {
    try onStage { stage in
      stage.handler.onText = { _, socket, server in
        stage.send("bye", to: socket)
        server.close(socket)
      }
      let (client, _) = try stage.webSocket()
      client.send(all: WireFrame(.text, "1").bytes + WireFrame(.text, "2").bytes)
      try stage.loop.run { client.closeFrame != nil }
      #expect(stage.handler.texts == ["1"])
      #expect(client.texts == ["bye"])
      #expect(stage.handler.closures.count == 1)
    }
  }

  @Test("a handler may close a socket that is just being opened, and hears of it by its tag")
  func closeWithinOpened() throws {
    try onStage { stage in
      stage.handler.onOpen = { socket, server in
        stage.send("welcome", to: socket)
        server.close(socket)
      }
      let (client, socket) = try stage.webSocket()
      try stage.loop.run { client.closeFrame != nil }
      #expect(client.texts == ["welcome"])
      #expect(stage.handler.closure(of: socket) != nil)
    }
  }

  @Test("ends that handlers cause are told after they have returned, and once")
  func endsAreNotNested() throws {
    try onStage { stage in
      let all = try (0..<5).map { _ in try stage.webSocket() }
      // Each end causes the next; the recorder notes any call within another.
      stage.handler.onClose = { socket, server in
        for other in all where other.socket != socket { server.close(other.socket) }
      }
      stage.handler.onText = { _, _, server in server.close(all[0].socket) }
      all[4].client.send(.text, "go")
      try stage.loop.run { all.allSatisfy { $0.client.closeFrame != nil } }
      #expect(Set(stage.handler.closures.map(\.socket)) == Set(all.map(\.socket)))
      #expect(stage.handler.closures.count == 5)
    }
  }

  @Test("what is sent from within the news of an end arrives") func sendWithinClosed() throws {
    try onStage { stage in
      let (gone, _) = try stage.webSocket()
      let (client, socket) = try stage.webSocket()
      stage.handler.onClose = { _, _ in stage.send("left", to: socket) }
      gone.close()
      try stage.loop.run { client.texts == ["left"] }
    }
  }
}
