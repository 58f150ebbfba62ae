import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Bodies of requests (RFC 9112 §6)") struct HTTPConnectionBodyTests {
  private let handler = RecordingRequestHandler()

  private func routes(_ loop: EventLoop) -> [Route] {
    [
      .requests("/api/{name}/{what}", limit: 10, handler),
      .get("/hello") { _, _ in .text(.ok, "Hello") },
    ]
  }

  /// What a server answers to `text`, up to `end` or the end of the connection.
  private func answer(
    to text: String,
    until end: String? = nil,
    _ change: (inout ServerConfiguration) -> Void = { _ in }
  ) throws -> String {
    var answer = ""
    try onStage(routes: routes, change) { stage in
      let client = try stage.client()
      client.send(text)
      try stage.loop.run { end.map { client.text.hasSuffix($0) } ?? client.isOver }
      answer = client.text
      #expect(stage.server.memory.bytes == 0)
    }
    return answer
  }

  private func request(_ method: String, _ fields: String = "", _ body: String = "") -> String {
    "\(method) /api/a%2Fb/c HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
  }

  @Test(
    "any method is taken, with a body or without",
    arguments: ["GET", "POST", "PUT", "DELETE", "OPTIONS", "BREW"]
  )
  func methods(method: String) throws {
    let text = request(method) + request(method, "Content-Length: 3\r\n", "one")
    let answer = try answer(to: text, until: "\(method) a/b|c one.\n")
    #expect(answer.contains("\(method) a/b|c .\n"))
  }

  @Test("chunks are put together") func chunks() throws {
    let chunks = "3\r\none\r\n4;x=y\r\n,two\r\n0\r\nA: b\r\n\r\n"
    let text = request("POST", "Transfer-Encoding: chunked\r\n", chunks)
    let answer = try answer(to: text, until: "POST a/b|c one,two.\n")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
  }

  @Test("a body may come one byte at a time") func oneByteAtATime() throws {
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      for byte in request("POST", "Content-Length: 10\r\n", "0123456789").utf8 {
        client.send(all: [byte])
        stage.loop.runOnce()
      }
      try stage.loop.run { client.text.hasSuffix("POST a/b|c 0123456789.\n") }
    }
  }

  @Test("HEAD is answered without a body") func head() throws {
    let answer = try answer(to: request("HEAD", "Connection: close\r\n"))
    #expect(answer.contains("Content-Length: 13\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n"))
  }

  @Test("a body at the limit is taken", arguments: [true, false])
  func limit(isChunked: Bool) throws {
    let (fields, body) = Self.body("0123456789", isChunked: isChunked)
    let answer = try answer(to: request("POST", fields, body), until: "0123456789.\n")
    #expect(answer.hasPrefix("HTTP/1.1 200"))
  }

  @Test("one more byte is answered 413, in the route's own words", arguments: [true, false])
  func tooLarge(isChunked: Bool) throws {
    let (fields, body) = Self.body("0123456789x", isChunked: isChunked)
    let answer = try answer(to: request("POST", fields, body) + request("GET"))
    #expect(answer.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
    #expect(answer.contains("Connection: close\r\n"))
    #expect(answer.hasSuffix("my words\n"))
    #expect(handler.count == 0)
  }

  @Test("a broken body is answered in the route's own words") func malformed() throws {
    let text = request("POST", "Transfer-Encoding: chunked\r\n", "3\r\none!")
    let answer = try answer(to: text)
    #expect(answer.hasPrefix("HTTP/1.1 400 "))
    #expect(answer.hasSuffix("my words\n"))
    #expect(handler.count == 0)
  }

  @Test("other routes keep the limit of the server", arguments: [true, false])
  func otherRoutes(isChunked: Bool) throws {
    let (fields, body) = Self.body("0123456", isChunked: isChunked)
    for (limit, status) in [(7, 200), (6, 413)] {
      let text = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n\(body)"
      let answer = try answer(to: text) { $0.httpLimits.bodyBytes = limit }
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
      #expect(!answer.contains("my words"))
    }
  }

  @Test("who waits for 100 Continue gets it, and then the answer") func expectContinue() throws {
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      client.send(request("POST", "Content-Length: 3\r\nExpect: 100-continue\r\n"))
      try stage.loop.run { client.text == "HTTP/1.1 100 Continue\r\n\r\n" }
      client.send("one")
      try stage.loop.run { client.text.hasSuffix("POST a/b|c one.\n") }
      #expect(client.text.contains("\r\n\r\nHTTP/1.1 200 OK\r\n"))
      #expect(!client.text.contains("Connection: close\r\n"))
    }
  }

  @Test("whoever sends the body without waiting needs no 100 Continue") func noContinue() throws {
    let text = request("POST", "Content-Length: 3\r\nExpect: 100-continue\r\n", "one")
    #expect(try answer(to: text, until: "one.\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
  }

  @Test("what would be too large, or refused, is not asked for") func noBodyWanted() throws {
    let large = request("POST", "Content-Length: 11\r\nExpect: 100-continue\r\n")
    #expect(try answer(to: large).hasPrefix("HTTP/1.1 413 "))
    handler.refusal = .text(.unauthorized, "who are you?")
    let text = request("POST", "Content-Length: 3\r\nExpect: 100-continue\r\n")
    let answer = try answer(to: text)
    #expect(answer.hasPrefix("HTTP/1.1 401 "))
    #expect(answer.contains("Connection: close\r\n"))
    #expect(handler.count == 0)
  }

  @Test("who is refused can go on, since the body is read and dropped") func refused() throws {
    handler.refusal = .text(.unauthorized, "who are you?")
    let text =
      request("POST", "Content-Length: 3\r\n", "one") + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
    let answer = try answer(to: text, until: "Hello\n")
    #expect(answer.contains("who are you?\n"))
    #expect(answer.hasPrefix("HTTP/1.1 401 "))
    #expect(handler.count == 0)
  }

  /// Fields and body, by length or in one chunk.
  private static func body(_ text: String, isChunked: Bool) -> (String, String) {
    guard isChunked else { return ("Content-Length: \(text.utf8.count)\r\n", text) }
    let size = String(text.utf8.count, radix: 16)
    return ("Transfer-Encoding: chunked\r\n", "\(size)\r\n\(text)\r\n0\r\n\r\n")
  }
}
