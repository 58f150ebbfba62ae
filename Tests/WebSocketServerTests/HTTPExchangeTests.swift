import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("A request that is answered later") struct HTTPExchangeTests {
  private let handler = RecordingRequestHandler()

  private func onStage(
    _ change: (inout ServerConfiguration) -> Void = { _ in },
    _ body: (Stage, RawClient) throws -> Void
  ) throws {
    let routes: (EventLoop) -> [Route] = { _ in
      [
        .requests("/api/**", limit: 10, handler),
        .get("/hello") { _, _ in .text(.ok, "Hello") },
      ]
    }
    try WebSocketServerTests.onStage(routes: routes, change) { stage in
      handler.answersAtOnce = false
      try body(stage, try stage.client())
    }
  }

  private func post(_ body: String, _ fields: String = "") -> String {
    "POST /api/a HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
  }

  @Test("what follows waits for the answer") func pipelining() throws {
    try onStage { stage, client in
      client.send(post("one") + post("two") + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      try stage.loop.run { self.handler.waiting.count == 1 }
      for _ in 0..<5 { stage.loop.runOnce() }
      #expect(handler.count == 1)
      #expect(client.bytes == [])
      handler.answer()
      try stage.loop.run { client.text.hasSuffix("POST a one.\n") }
      #expect(handler.waiting.count == 1)
      handler.answer()
      try stage.loop.run { client.text.hasSuffix("Hello\n") }
      #expect(client.text.contains("POST a two.\n"))
      #expect(stage.server.memory.bytes == 0)
    }
  }

  @Test("only the first answer counts") func twice() throws {
    try onStage { stage, client in
      client.send(post("one") + post("two"))
      try stage.loop.run { self.handler.waiting.count == 1 }
      let exchange = try #require(handler.waiting.first)
      exchange.respond(.text(.ok, "first"))
      exchange.respond(.text(.ok, "second"))
      try stage.loop.run { self.handler.count == 2 }
      exchange.respond(.text(.ok, "third"))
      handler.answer()
      try stage.loop.run { client.text.hasSuffix("POST a two.\n") }
      #expect(client.text.ranges(of: "HTTP/1.1 200").count == 2)
      #expect(!client.text.contains("second") && !client.text.contains("third"))
    }
  }

  @Test("an answer for a client that has gone is dropped") func gone() throws {
    try onStage { stage, client in
      client.send(post("one"))
      try stage.loop.run { self.handler.waiting.count == 1 }
      #expect(stage.server.memory.bytes == 3)
      client.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 }
      #expect(stage.server.memory.bytes == 0)
      handler.answer()
    }
  }

  @Test("a client that has closed its half gets the answer") func halfClosed() throws {
    try onStage { stage, client in
      client.send(post("one"))
      try client.shutDown()
      try stage.loop.run { self.handler.waiting.count == 1 }
      for _ in 0..<5 { stage.loop.runOnce() }
      handler.answer()
      try stage.loop.run { client.hasEnded }
      #expect(client.text.hasSuffix("POST a one.\n"))
    }
  }

  @Test("a server that goes down answers what it was asked") func draining() throws {
    try onStage { stage, client in
      client.send(post("one"))
      try stage.loop.run { self.handler.waiting.count == 1 }
      var isDown = false
      stage.server.shutDown(within: .seconds(10)) { isDown = true }
      for _ in 0..<5 { stage.loop.runOnce() }
      #expect(!isDown)
      handler.answer()
      try stage.loop.run { client.hasEnded }
      #expect(client.text.contains("Connection: close\r\n"))
      #expect(client.text.hasSuffix("POST a one.\n"))
      client.close()
      try stage.loop.run { isDown }
    }
  }

  @Test("an answer that never comes ends the connection in time") func deadline() throws {
    try onStage({ $0.handshakeTimeout = .milliseconds(20) }) { stage, client in
      client.send(post("one"))
      try stage.loop.run { self.handler.waiting.count == 1 }
      try stage.loop.run { client.isOver }
      #expect(stage.server.memory.bytes == 0)
      handler.answer()
    }
  }

  @Test("bodies count where memory is short") func memory() throws {
    try onStage({ $0.memoryBytes = 15 }) { stage, client in
      client.send(post("0123456789"))
      try stage.loop.run { self.handler.waiting.count == 1 }
      let other = try stage.client()
      other.send(post("01234"))
      try stage.loop.run { self.handler.waiting.count == 2 }
      #expect(stage.server.memory.bytes == 15)
      let third = try stage.client()
      third.send("POST /api/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx")
      try stage.loop.run { client.isOver }
      #expect(!other.isOver && stage.server.memory.bytes == 6)
    }
  }
}
