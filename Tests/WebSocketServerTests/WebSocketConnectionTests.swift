import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("WebSocket connection (RFC 6455 §7)") struct WebSocketConnectionTests {
  // MARK: Messages

  @Test("messages go both ways") func messages() throws {
    try onStage { stage in
      stage.handler.onText = { text, socket, _ in stage.send("echo " + text, to: socket) }
      let (client, _) = try stage.webSocket()
      client.send(.text, "one")
      client.send(.binary, "two")
      client.send(.text, "")
      try stage.loop.run { client.texts == ["echo one", "echo "] }
      #expect(stage.handler.binaries == [Array("two".utf8)])
    }
  }

  @Test("frames right behind the upgrade request are received") func behindTheRequest() throws {
    try onStage { stage in
      let client = try stage.client()
      let frames = WireFrame(.text, "first").bytes + WireFrame(.text, "second").bytes
      client.send(all: Array(RawClient.upgradeRequest("/ws/1").utf8) + frames)
      try stage.loop.run { stage.handler.texts == ["first", "second"] }
    }
  }

  @Test("a message is sent whole, whatever its size", arguments: [false, true])
  func sizes(behindAnother: Bool) throws {
    // Around the end of the block, around the lengths of headers, and beyond all blocks.
    let sizes = [4, 125, 126, 65535, 65536, 1_000_000] + Array(16_300...16_400)
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      for size in sizes {
        if behindAnother { stage.send([1, 2, 3], to: socket) }
        #expect(stage.send(Stage.message(size, size), to: socket))
        if behindAnother { stage.send([4, 5, 6], to: socket) }
        try stage.loop.run { stage.server.unsentBytes(of: socket) == 0 }
      }
      let expected = sizes.flatMap { size in
        let message = Stage.message(size, size)
        return behindAnother ? [[1, 2, 3], message, [4, 5, 6]] : [message]
      }
      try stage.loop.run { client.frames.count == expected.count }
      #expect(client.frames.map(\.payload) == expected)
      #expect(client.frames.allSatisfy { $0.firstByte == 0x82 })
    }
  }

  @Test("the two pieces of a message become one") func twoPieces() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      let large = Array(repeating: UInt8(ascii: "x"), count: 100_000)
      stage.server.send(.text, Array("a".utf8).span, Array("b".utf8).span, to: socket)
      stage.server.send(.text, Array("a".utf8).span, large.span, to: socket)
      stage.server.send(.text, large.span, Array("b".utf8).span, to: socket)
      stage.server.send(.text, Span(), Span(), to: socket)
      try stage.loop.run { client.frames.count == 4 }
      #expect(client.texts[0] == "ab")
      #expect(client.frames[1].payload == Array("a".utf8) + large)
      #expect(client.frames[2].payload == large + Array("b".utf8))
      #expect(client.frames[3].payload == [])
    }
  }

  @Test("a ping is answered by a pong with the same payload", arguments: ["", "x", "hello"])
  func pong(payload: String) throws {
    try onStage { stage in
      let (client, _) = try stage.webSocket()
      client.send(.ping, payload)
      try stage.loop.run { !client.frames.isEmpty }
      #expect(client.frames == [.init(firstByte: 0x8A, payload: Array(payload.utf8))])
    }
  }

  @Test("the answers of a round leave in the order of their causes") func answersInOrder() throws {
    try onStage { stage in
      stage.handler.onText = { text, socket, _ in stage.send(text, to: socket) }
      let (client, _) = try stage.webSocket()
      let frames: [WireFrame] = [
        WireFrame(.text, "1"), WireFrame(.ping, "2"), WireFrame(.text, "3"), WireFrame(.ping, "4"),
      ]
      client.send(all: frames.flatMap(\.bytes))
      try stage.loop.run { client.frames.count == 4 }
      #expect(client.frames.map(\.text) == ["1", "2", "3", "4"])
    }
  }
}
