import TestSupport
import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Message receiver") struct MessageReceiverTests {
  @Test("what is found in one read goes to the handler of the route, in order") func order() throws
  {
    try onStage { stage in
      let (client, _) = try stage.webSocket()
      let texts = (0..<1000).map { "\($0)" }
      client.send(all: texts.flatMap { WireFrame(.text, $0).bytes })
      try stage.loop.run { stage.handler.texts.count == 1000 }
      #expect(stage.handler.texts == texts)
    }
  }

  @Test("pongs are nobody's business") func pong() throws {
    try onStage { stage in
      let (client, _) = try stage.webSocket()
      client.send(.pong, "unasked")
      client.send(.text, "x")
      try stage.loop.run { stage.handler.texts == ["x"] }
      #expect(client.frames.isEmpty)
    }
  }

  @Test("nothing is read after a close frame") func afterClose() throws {
    try onStage { stage in
      let (client, _) = try stage.webSocket()
      client.send(all: WireFrame(.close, [3, 232]).bytes + WireFrame(.text, "late").bytes)
      try stage.loop.run { client.hasEnded }
      #expect(stage.handler.texts == [])
      #expect(stage.handler.closures.map(\.end) == [.closedByPeer(.normal, reason: "")])
    }
  }
}
