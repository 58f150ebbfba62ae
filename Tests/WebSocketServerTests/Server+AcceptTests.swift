import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Who gets in") struct ServerAcceptTests {
  @Test("one connection more than the limit is answered 503 and closed; the others go on")
  func tooMany() throws {
    try onStage({ $0.connections = 2 }) { stage in
      let (client, _) = try stage.webSocket()
      let second = try stage.client()
      let third = try stage.client()
      try stage.loop.run { third.isOver }
      #expect(third.text.hasPrefix("HTTP/1.1 503 "))
      #expect(third.text.contains("too many connections"))
      #expect(third.error == nil)
      stage.handler.onText = { text, socket, _ in stage.send(text, to: socket) }
      client.send(.text, "still here")
      try stage.loop.run { client.texts == ["still here"] }
      #expect(!second.isOver)
    }
  }

  @Test("when one has gone, another gets in") func roomAgain() throws {
    try onStage({ $0.connections = 1 }) { stage in
      for _ in 1...3 {
        let (client, _) = try stage.webSocket()
        client.close()
        try stage.loop.run { stage.server.connectionCount == 0 }
      }
      let (_, _) = try stage.webSocket()
      let refused = try stage.client()
      try stage.loop.run { refused.isOver }
      refused.close()
      try stage.loop.run { stage.server.refusedCount == 0 }
    }
  }

  @Test("those that are being refused take no place, and beyond a number are closed at once")
  func crowd() throws {
    try onStage({ $0.connections = 1 }) { stage in
      let (client, _) = try stage.webSocket()
      let count = Server.refusedConnections + 10
      // None of them closes: each stays until the server cuts it.
      let crowd = try (0..<count).map { _ in try stage.client() }
      try stage.loop.run { crowd.allSatisfy(\.isOver) }
      let answered = crowd.count { $0.text.hasPrefix("HTTP/1.1 503 ") }
      #expect((Server.refusedConnections..<count).contains(answered))
      #expect(stage.server.connectionCount <= 1 + Server.refusedConnections)
      client.close()
      try stage.loop.run { !stage.handler.closures.isEmpty }
      _ = try stage.webSocket()
    }
  }

  @Test("an address that has as many as it may is answered 429") func perAddress() throws {
    try onStage({ $0.connectionsPerAddress = 2 }) { stage in
      let (first, _) = try stage.webSocket()
      _ = try stage.webSocket()
      let third = try stage.client()
      try stage.loop.run { third.isOver }
      #expect(third.text.hasPrefix("HTTP/1.1 429 "))
      first.close()
      try stage.loop.run { stage.handler.closures.count == 1 }
      _ = try stage.webSocket()
    }
  }

  @Test("behind a trusted proxy, the address that it names counts") func proxy() throws {
    try onStage({
      $0.connectionsPerAddress = 1
      $0.trustedProxies = [AddressRange("127.0.0.1")].compactMap { $0 }
    }) { stage in
      func answer(for address: String) throws -> String {
        let client = try stage.client()
        client.send(RawClient.upgradeRequest("/ws/1", ["X-Forwarded-For: \(address)"]))
        try stage.loop.run { client.text.contains("\r\n\r\n") }
        return String(client.text.prefix(12))
      }
      let answers = try ["192.0.2.1", "192.0.2.2", "192.0.2.1"].map { try answer(for: $0) }
      #expect(answers == ["HTTP/1.1 101", "HTTP/1.1 101", "HTTP/1.1 429"])
    }
  }

  @Test("refused that hang up while others knock let none of those in") func overLimit() throws {
    try onStage({ $0.connections = 5 }) { stage in
      let inside = try (0..<5).map { _ in try stage.client() }
      let refused = try (0..<20).map { _ in try stage.client() }
      try stage.loop.run { refused.allSatisfy(\.isOver) }
      #expect(stage.server.refusedCount == 20)
      // All in one round: those refused go, others knock.
      for one in refused { one.close() }
      let address = try #require(stage.server.address)
      let later = try (0..<20).map { _ in try RawClient(on: stage.loop, to: address) }
      try stage.loop.run { later.allSatisfy { $0.isConnected } && stage.server.refusedCount != 20 }
      for _ in 0..<20 { stage.loop.runOnce() }
      #expect(stage.server.connectionCount - stage.server.refusedCount <= 5)
      _ = inside
    }
  }

  @Test("those that are refused for their address are bounded, too") func perAddressBound() throws {
    try onStage({ $0.connectionsPerAddress = 1 }) { stage in
      let (_, _) = try stage.webSocket()
      _ = try (0..<(Server.refusedConnections * 2)).map { _ in try stage.client() }
      #expect(stage.server.refusedCount <= Server.refusedConnections)
    }
  }
}
