import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("The time that an HTTP connection has") struct HTTPDeadlineTests {
  private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

  private func routes(_ loop: EventLoop) -> [Route] {
    [.get("/hello") { _, _ in .text(.ok, "Hello") }]
  }

  /// Runs `body` with so many milliseconds for a request.
  private func onStage(within time: Int, _ body: (Stage) throws -> Void) throws {
    try WebSocketServerTests.onStage(
      routes: routes,
      { $0.handshakeTimeout = .milliseconds(time) },
      body
    )
  }

  @Test(
    "a client that sends no whole request in time is let go",
    arguments: [
      "", "\r\n", "GET /hel", "GET /hello HTTP/1.1\r\nHost: a\r\n",
      "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbody",
      "GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nbody",
    ]
  )
  func silent(text: String) throws {
    try onStage(within: 60) { stage in
      let client = try stage.client()
      if !text.isEmpty { client.send(text) }
      try stage.loop.run { client.isOver }
      #expect(client.bytes == [])
      #expect(stage.server.connectionCount == 0)
    }
  }

  @Test(
    "bytes that keep coming give a request no more time",
    arguments: [
      ("GET /", "x"), ("GET /hello HTTP/1.1\r\nX: ", "y"), ("GET /hello HTTP/1.1\r\n", "X: y\r\n"),
      ("PUT /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", "z"),
      (
        "PUT /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "1\r\nz\r\n"
      ),
    ]
  )
  func dripping(start: String, drop: String) throws {
    try onStage(within: 100) { stage in
      let client = try stage.client()
      client.send(Self.hello + start)
      let begin = EventLoop.preciseNow
      let timer = try Timer(on: stage.loop) { if !client.isOver { client.send(drop) } }
      timer.start(after: .milliseconds(5), every: .milliseconds(5))
      try stage.loop.run { client.isOver }
      timer.close()
      #expect(EventLoop.preciseNow - begin >= 90)
      #expect(client.text.hasSuffix("Hello\n"))
    }
  }

  @Test("a request has its time from its first byte on, not from the answer before it")
  func firstByte() throws {
    try onStage(within: 300) { stage in
      let client = try stage.client()
      client.send(Self.hello)
      try stage.loop.run { client.text.hasSuffix("Hello\n") }
      let pause = EventLoop.preciseNow + 400
      try stage.loop.run { EventLoop.preciseNow >= pause }
      client.send(String(Self.hello.prefix(20)))
      stage.loop.runOnce()
      client.send(String(Self.hello.dropFirst(20)))
      try stage.loop.run { client.text.ranges(of: "Hello\n").count == 2 }
    }
  }

  @Test("an idle connection is let go after six times the time for a request") func idle() throws {
    try onStage(within: 40) { stage in
      let (used, unused) = (try stage.client(), try stage.client())
      used.send(Self.hello)
      try stage.loop.run { used.text.hasSuffix("Hello\n") }
      let answered = EventLoop.preciseNow
      try stage.loop.run { unused.isOver }
      #expect(!used.isOver)
      try stage.loop.run { used.isOver }
      #expect(EventLoop.preciseNow - answered >= 230)
    }
  }

  @Test("empty lines are no request, and keep no connection open") func emptyLines() throws {
    try onStage(within: 40) { stage in
      let client = try stage.client()
      client.send(Self.hello)
      try stage.loop.run { client.text.hasSuffix("Hello\n") }
      let answered = EventLoop.preciseNow
      client.send("\r\n\r\n")
      try stage.loop.run { client.isOver }
      #expect(client.text.hasSuffix("Hello\n"))
      #expect(EventLoop.preciseNow - answered >= 230)
    }
  }
}
