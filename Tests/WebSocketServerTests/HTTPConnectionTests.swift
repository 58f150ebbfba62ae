import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("HTTP connection (RFC 9112 §9)") struct HTTPConnectionTests {
  private static let large = String(repeating: "x", count: 100_000)

  private static func routes(_ loop: EventLoop) -> [Route] {
    [
      .get("/hello") { request, _ in .text(.ok, "Hello, \(request.target.first("name") ?? "you")")
      },
      .get("/large") { _, _ in .text(.ok, Self.large) },
    ]
  }

  /// What a server answers to `text`, up to `end` or the end of the connection.
  private func answer(
    to text: String,
    until end: String? = nil,
    _ change: (inout ServerConfiguration) -> Void = { _ in }
  ) throws -> String {
    var answer = ""
    try onStage(routes: Self.routes, change) { stage in
      let client = try stage.client()
      client.send(text)
      try stage.loop.run { end.map { client.text.hasSuffix($0) } ?? client.isOver }
      answer = client.text
    }
    return answer
  }

  private func request(_ target: String, _ fields: String = "", method: String = "GET") -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
  }

  @Test("a request is answered, and the connection stays open") func keepsAlive() throws {
    let answer = try answer(to: request("/hello"), until: "Hello, you\n")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.contains("Content-Length: 11\r\n"))
    #expect(answer.contains("X-Content-Type-Options: nosniff\r\n"))
    #expect(!answer.contains("Connection: close"))
  }

  @Test("requests in one piece are answered one by one, in order") func pipelining() throws {
    let names = (1...50).map { "n\($0)" }
    let text = names.map { request("/hello?name=\($0)") }.joined()
    let answer = try answer(to: text, until: "Hello, n50\n")
    let bodies = answer.split(separator: "\r\n").filter { $0.hasPrefix("Hello") }
      .map { $0.prefix { $0 != "\n" } }
    #expect(bodies.map(String.init) == names.map { "Hello, \($0)" })
  }

  @Test("a request may come one byte at a time") func oneByteAtATime() throws {
    try onStage(routes: Self.routes) { stage in
      let client = try stage.client()
      for byte in request("/hello").utf8 {
        client.send(all: [byte])
        stage.loop.runOnce()
      }
      try stage.loop.run { client.text.hasSuffix("Hello, you\n") }
    }
  }

  @Test("HEAD is answered without a body") func head() throws {
    let text = request("/hello", method: "HEAD") + request("/hello", "Connection: close\r\n")
    let answer = try answer(to: text)
    #expect(answer.ranges(of: "Content-Length: 11\r\n").count == 2)
    #expect(answer.ranges(of: "Hello, you").count == 1)
  }

  @Test("who asks for the end, or speaks HTTP/1.0, gets it", arguments: [true, false])
  func close(byField: Bool) throws {
    let answer = try answer(
      to: byField ? request("/hello", "Connection: close\r\n") : "GET /hello HTTP/1.0\r\n\r\n"
    )
    #expect(answer.contains("Connection: close\r\n"))
    #expect(answer.hasSuffix("Hello, you\n"))
  }

  @Test(
    "what cannot be answered is said so",
    arguments: [
      ("GET /nothing", 404), ("POST /hello", 405), ("POST /nothing", 404), ("GET /ws/1", 426),
      ("OPTIONS *", 405),
    ]
  )
  func refused(line: String, status: Int) throws {
    let answer = try answer(to: "\(line) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    #expect(answer.contains("Allow: GET, HEAD\r\n") == (status == 405))
    #expect(answer.contains("Upgrade: websocket\r\n") == (status == 426))
  }

  @Test(
    "what is no request is answered once, and the connection ends",
    arguments: [("nonsense\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505), ("GET /\n\n", 400)]
  )
  func malformed(text: String, status: Int) throws {
    let answer = try answer(to: text + request("/hello"))
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    #expect(answer.contains("Connection: close\r\n"))
    #expect(!answer.contains("Hello"))
  }

  @Test("a body is read and left, and the next request answered") func body() throws {
    let text =
      request("/hello?name=1", "Content-Length: 5\r\n") + "GET /" + request("/hello?name=2")
    let answer = try answer(to: text, until: "Hello, 2\n")
    #expect(answer.contains("Hello, 1\n"))
  }

  @Test("who waits for 100 Continue gets the whole answer instead") func expectContinue() throws {
    let answer = try answer(
      to: request("/hello", "Content-Length: 5\r\nExpect: 100-continue\r\n", method: "POST")
    )
    #expect(answer.hasPrefix("HTTP/1.1 405 "))
    #expect(answer.contains("Connection: close\r\n"))
  }

  @Test("a client that has closed its half gets its answers") func halfClosed() throws {
    try onStage(routes: Self.routes) { stage in
      let client = try stage.client()
      client.send(request("/large") + request("/hello"))
      try client.shutDown()
      try stage.loop.run { client.hasEnded }
      #expect(client.text.contains(Self.large))
      #expect(client.text.hasSuffix("Hello, you\n"))
      try stage.loop.run { stage.server.connectionCount == 0 }
    }
  }

  @Test("a client that does not read its answers gets no more of them") func backpressure() throws {
    try onStage(routes: Self.routes) { stage in
      let client = try stage.client()
      client.stopReading()
      let count = 300
      for _ in 0..<count { client.send(request("/large")) }
      try stage.loop.run { stage.server.table[0]?.outbound.queue != nil }
      for _ in 0..<20 { stage.loop.runOnce() }
      // One answer at most is waiting, and one is on its way.
      #expect(stage.server.table[0]?.unsentBytes ?? 0 < 250_000)
      try client.startReading()
      try stage.loop.run { client.bytes.count > count * 100_000 }
      client.close()
    }
  }

  @Test("RST in the middle of an answer ends the connection") func reset() throws {
    try onStage(routes: Self.routes) { stage in
      let client = try stage.client()
      client.stopReading()
      for _ in 0..<300 { client.send(request("/large")) }
      try stage.loop.run { stage.server.table[0]?.outbound.queue != nil }
      client.closeWithReset()
      try stage.loop.run { stage.server.connectionCount == 0 }
    }
  }
}
