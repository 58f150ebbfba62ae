import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Upgrade (RFC 6455 §4.2)") struct HTTPConnectionUpgradeTests {
  /// The head that a server answers an upgrade request with.
  private func head(
    _ target: String = "/ws/1",
    _ fields: [String] = [],
    _ change: (inout ServerConfiguration) -> Void = { _ in },
    admission: ((UpgradeRequest) -> Admission)? = nil
  ) throws -> (String, [UpgradeRequest]) {
    var result = ("", [UpgradeRequest]())
    try onStage(change) { stage in
      stage.handler.admission = admission
      let client = try stage.client()
      client.send(RawClient.upgradeRequest(target, fields))
      try stage.loop.run { client.text.contains("\r\n\r\n") }
      result = (client.text, stage.handler.requests)
    }
    return result
  }

  @Test("a valid request is answered with 101 and the accept key") func accepted() throws {
    let (head, requests) = try head()
    #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
    #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
    #expect(head.contains("X-Content-Type-Options: nosniff\r\n"))
    #expect(!head.contains("Sec-WebSocket-Protocol"))
    #expect(requests.count == 1)
  }

  @Test("the handler learns path, query, subprotocols and peer") func request() throws {
    let (head, requests) = try head(
      "/ws/a%3Ab/c?x=1",
      ["Sec-WebSocket-Protocol: one, two"],
      admission: { _ in .accept(subprotocol: "two") }
    )
    let request = try #require(requests.first)
    #expect(request.parameters.map { String(decoding: $0, as: UTF8.self) } == ["a:b", "c"])
    #expect(request.request.target.first("x") == "1")
    #expect(request.handshake.subprotocols == ["one", "two"])
    #expect(request.peer == IPAddress("127.0.0.1"))
    #expect(head.contains("Sec-WebSocket-Protocol: two\r\n"))
  }

  @Test("the peer is whom a trusted proxy names") func forwarded() throws {
    let range = try #require(AddressRange("127.0.0.0/8"))
    let (_, requests) = try head(
      "/ws/1",
      ["X-Forwarded-For: 203.0.113.9"],
      {
        $0.trustedProxies = [range]
      }
    )
    #expect(requests.first?.peer == IPAddress("203.0.113.9"))
  }

  @Test("what a handler refuses is answered as it says") func refused() throws {
    let (head, _) = try head(admission: { _ in .refuse(.text(.conflict, "taken")) })
    #expect(head.hasPrefix("HTTP/1.1 409 "))
    #expect(head.contains("Connection: close\r\n"))
  }

  @Test("a foreign page is refused before the handler is asked", arguments: [[], ["http://b"]])
  func foreignOrigin(allowed: [String]) throws {
    let (head, requests) = try head(
      "/ws/1",
      ["Origin: http://evil.example"],
      {
        $0.origins = OriginPolicy(allowed: allowed)
      }
    )
    #expect(head.hasPrefix("HTTP/1.1 403 "))
    #expect(head.contains("\r\n\r\n"))
    #expect(requests.count == 0)
  }

  @Test("a page of this server, or one that is allowed, may connect") func allowedOrigin() throws {
    let own = try head("/ws/1", ["Origin: http://localhost"]).0
    #expect(own.hasPrefix("HTTP/1.1 101 "))
    let other = try head(
      "/ws/1",
      ["Origin: http://b"],
      {
        $0.origins = OriginPolicy(allowed: ["http://b"])
      }
    ).0
    #expect(other.hasPrefix("HTTP/1.1 101 "))
  }

  @Test("a wrong handshake is refused before the handler is asked") func wrongHandshake() throws {
    let (head, requests) = try head("/ws/1", ["Sec-WebSocket-Version: 8"])
    #expect(head.hasPrefix("HTTP/1.1 426 "))
    #expect(requests.count == 0)
  }

  @Test("an upgrade may come after other requests on the connection") func afterRequests() throws {
    try onStage(routes: { _ in [.get("/hello") { _, _ in .text(.ok, "Hello") }] }) { stage in
      let client = try stage.client()
      client.send(
        "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n" + RawClient.upgradeRequest("/ws/1")
      )
      try stage.loop.run { stage.handler.opened.count == 1 }
      try stage.loop.run { client.text.contains("HTTP/1.1 101 ") }
      #expect(client.text.hasPrefix("HTTP/1.1 200 "))
    }
  }

  // MARK: Compression (RFC 7692 §7.1)

  @Test(
    "an acceptable offer is answered where compression is on",
    arguments: [
      (["permessage-deflate; client_max_window_bits"], "; client_max_window_bits=15"),
      (
        [
          "permessage-deflate; server_max_window_bits=8, foo",
          "permessage-deflate;x, permessage-deflate",
        ],
        ""
      ),
      (["permessage-deflate; server_no_context_takeover"], "; server_no_context_takeover"),
    ]
  )
  func compression(offers: [String], answer: String) throws {
    let fields = offers.map { "Sec-WebSocket-Extensions: \($0)" }
    let (on, _) = try head("/ws/1", fields) { $0.compression = true }
    #expect(on.contains("\r\nSec-WebSocket-Extensions: permessage-deflate\(answer)\r\n"))
    let (off, _) = try head("/ws/1", fields)
    #expect(off.hasPrefix("HTTP/1.1 101"))
    #expect(!off.contains("Sec-WebSocket-Extensions"))
  }

  @Test("what cannot be accepted opens a connection without compression") func declined() throws {
    for offer in ["permessage-deflate; x", "foo", "permessage-deflate; =", "\""] {
      let (head, _) = try head("/ws/1", ["Sec-WebSocket-Extensions: \(offer)"]) {
        $0.compression = true
      }
      #expect(head.hasPrefix("HTTP/1.1 101"))
      #expect(!head.contains("Sec-WebSocket-Extensions"))
    }
  }
}
