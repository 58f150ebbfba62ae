import TestSupport
import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Message receiver of a compressed connection") struct InflatedMessageReceiverTests {
  @Test("all kinds of frames come through") func kinds() throws {
    try onStage({ $0.compression = true }) { stage in
      stage.handler.onText = { text, socket, _ in stage.send(text, to: socket) }
      let offer = ["Sec-WebSocket-Extensions: permessage-deflate"]
      let (client, _) = try stage.webSocket("/ws/1", offer)
      client.send(.text, "not compressed")
      client.send(.ping, "p")
      client.send(.pong, "unasked")
      client.send(.binary, "bytes")
      client.sendClose(1000)
      try stage.loop.run { client.hasEnded }
      #expect(client.texts == ["not compressed"])
      #expect(client.frames.contains { $0.opcode == .pong && $0.text == "p" })
      #expect(stage.handler.binaries == [Array("bytes".utf8)])
      #expect(client.closeFrame?.closeCode == .normal)
    }
  }
}
