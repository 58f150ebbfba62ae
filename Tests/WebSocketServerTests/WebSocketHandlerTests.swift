import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("WebSocket handler") struct WebSocketHandlerTests {
  /// The least that a handler can be.
  private final class Echo: WebSocketHandler {
    func received(
      _ payload: Span<UInt8>,
      _ kind: MessageKind,
      from socket: WebSocket,
      tag: UInt32,
      on server: Server
    ) {
      server.send(kind, payload, to: socket)
    }
  }

  @Test("a handler that only receives accepts everybody and does nothing else") func least() throws
  {
    try onStage(routes: { _ in [.webSocket("/echo", Echo())] }) { stage in
      let client = try stage.client()
      client.send(RawClient.upgradeRequest("/echo"))
      client.send(.text, "hello")
      client.send(.binary, "bytes")
      try stage.loop.run { client.frames.map(\.firstByte) == [0x81, 0x82] }
      #expect(client.frames.map(\.text) == ["hello", "bytes"])
      client.sendClose(1000)
      try stage.loop.run { client.hasEnded }
    }
  }
}
