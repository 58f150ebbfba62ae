import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Server: going down") struct ServerShutdownTests {
  @Test("with nobody there it is down at once, once") func shutDownEmpty() throws {
    try onStage { stage in
      var calls = 0
      stage.server.shutDown(within: .seconds(3600)) { calls += 1 }
      stage.server.shutDown(within: .seconds(3600)) { calls += 1 }
      #expect(stage.server.isDraining)
      #expect(stage.server.address == nil)
      try stage.loop.run { calls > 0 }
      for _ in 0..<5 { stage.loop.runOnce() }
      #expect(calls == 1)
    }
  }

  @Test("every WebSocket is closed with 1001, and its last messages arrive") func goingAway() throws
  {
    try onStage { stage in
      let all = try (0..<5).map { _ in try stage.webSocket() }
      for (_, socket) in all { stage.send("last", to: socket) }
      var isDown = false
      stage.server.shutDown(within: .seconds(3600)) { isDown = true }
      #expect(!stage.send("too late", to: all[0].socket))
      try stage.loop.run { all.allSatisfy { $0.client.closeFrame != nil } }
      #expect(!isDown)
      for (client, _) in all {
        #expect(client.texts == ["last"])
        #expect(client.closeFrame?.closeCode == .goingAway)
        client.sendClose(1001)
      }
      try stage.loop.run { isDown }
      #expect(
        stage.handler.closures.map(\.end) == Array(repeating: .closedHere(.goingAway), count: 5)
      )
      #expect(all.allSatisfy { $0.client.hasEnded })
    }
  }

  @Test("who does not answer is cut off when the time is up") func timeout() throws {
    try onStage({ $0.closeTimeout = .seconds(3600) }) { stage in
      let (client, _) = try stage.webSocket()
      var isDown = false
      stage.server.shutDown(within: .milliseconds(30)) { isDown = true }
      try stage.loop.run { isDown }
      #expect(stage.server.connectionCount == 0)
      try stage.loop.run { client.isOver }
    }
  }

  @Test("idle HTTP connections are closed, requests under way are answered") func http() throws {
    try onStage(routes: { _ in [.get("/hello") { _, _ in .text(.ok, "Hello") }] }) { stage in
      let (idle, busy, upgrading) = (try stage.client(), try stage.client(), try stage.client())
      busy.send("GET /hello HTTP/1.1\r\n")
      upgrading.send("GET /ws/1 HTTP/1.1\r\n")
      try stage.loop.run { stage.server.connectionCount == 3 }
      for _ in 0..<5 { stage.loop.runOnce() }
      var isDown = false
      stage.server.shutDown(within: .seconds(3600)) { isDown = true }
      try stage.loop.run { idle.hasEnded }
      idle.close()
      busy.send("Host: a\r\n\r\n")
      upgrading.send(
        RawClient.upgradeRequest("/ws/1").split(separator: "\r\n", maxSplits: 1)[1] + ""
      )
      try stage.loop.run { busy.hasEnded && upgrading.hasEnded }
      #expect(busy.text.contains("Connection: close\r\n") && busy.text.hasSuffix("Hello\n"))
      #expect(upgrading.text.hasPrefix("HTTP/1.1 503 "))
      #expect(stage.handler.opened.isEmpty)
      busy.close()
      upgrading.close()
      try stage.loop.run { isDown }
    }
  }

  @Test("nobody new gets in") func noNewConnections() throws {
    try onStage { stage in
      let (_, _) = try stage.webSocket()
      let address = try #require(stage.server.address)
      stage.server.shutDown(within: .seconds(3600)) {}
      let late = try RawClient(on: stage.loop, to: address)
      try stage.loop.run { late.error != nil }
      #expect(late.error?.name == "ECONNREFUSED")
    }
  }
}
