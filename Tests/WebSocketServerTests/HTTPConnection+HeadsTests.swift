import TestSupport
import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Heads of responses") struct HTTPConnectionHeadsTests {
  @Test("a head has what every response has, and the length") func head() throws {
    try onStage(routes: { _ in [.get("/hello") { _, _ in .text(.ok, "Hello") }] }) { stage in
      let client = try stage.client()
      client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      try stage.loop.run { client.text.hasSuffix("Hello\n") }
      for line in ["HTTP/1.1 200 OK", "X-Content-Type-Options: nosniff", "Content-Length: 6"] {
        #expect(client.text.contains(line + "\r\n"))
      }
    }
  }
}
