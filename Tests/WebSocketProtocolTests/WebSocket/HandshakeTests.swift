import Testing
import WebSocketProtocol

@Suite("Opening handshake (RFC 6455 §4.2)") struct HandshakeTests {
  /// The example of §1.2, changed by fields to replace and fields to remove.
  private func example(
    setting changes: HTTPFields = [:],
    removing removed: [String] = [],
    method: String = "GET",
    version: HTTPVersion = .http11,
    body: HTTPRequest.Body = .none
  ) throws -> HTTPRequest {
    let original: HTTPFields = [
      "Host": "server.example.com", "Upgrade": "websocket", "Connection": "Upgrade",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": "http://example.com",
      "Sec-WebSocket-Protocol": "chat, superchat", "Sec-WebSocket-Version": "13",
    ]
    var fields = HTTPFields()
    for (name, value) in original where !removed.contains(name) { fields.append(name, value) }
    for (name, value) in changes { fields.set(name, value) }
    return HTTPRequest(
      method: method,
      target: try RequestTarget("/chat"),
      version: version,
      fields: fields,
      body: body
    )
  }

  private func expect(
    _ request: HTTPRequest,
    failsWith error: HandshakeError,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try Handshake(request) }
  }

  @Test("the example of §1.2 is understood and answered") func exampleOfTheRFC() throws {
    let handshake = try Handshake(try example())
    #expect(handshake.key == "dGhlIHNhbXBsZSBub25jZQ==")
    #expect(handshake.subprotocols == ["chat", "superchat"])
    #expect(handshake.extensions == [])
    #expect(handshake.origin == "http://example.com")
    let answer = handshake.answer(subprotocol: "chat", date: "Sun, 06 Nov 1994 08:49:37 GMT")
    let lines = [
      "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Protocol: chat",
      "X-Content-Type-Options: nosniff", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "", "",
    ]
    #expect(String(decoding: answer, as: UTF8.self) == lines.joined(separator: "\r\n"))
  }

  @Test(
    "tokens ignore case and may stand in lists",
    arguments: [
      ["Upgrade": "WebSocket"], ["Connection": "keep-alive, upgrade"],
      ["Upgrade": "h2c, websocket"],
    ] as [HTTPFields]
  )
  func tolerant(changes: HTTPFields) throws {
    let request = try example(setting: changes)
    #expect(Handshake.isUpgrade(request))
    _ = try Handshake(request)
  }

  @Test(
    "without the upgrade headers the answer is 426",
    arguments: [
      ["Upgrade"], ["Connection"], ["Upgrade", "Connection", "Sec-WebSocket-Version"],
    ]
  )
  func notUpgraded(removed: [String]) throws {
    let request = try example(removing: removed)
    #expect(!Handshake.isUpgrade(request))
    expect(request, failsWith: .notUpgraded)
    let response = HandshakeError.notUpgraded.response
    #expect(response.status == .upgradeRequired)
    #expect(response.fields.first("Upgrade") == "websocket")
    #expect(response.fields.first("Connection") == "Upgrade")
  }

  @Test("HTTP/1.0 cannot upgrade") func http10() throws {
    expect(try example(version: .http10), failsWith: .notUpgraded)
  }

  @Test("another method is answered 405") func notGet() throws {
    expect(try example(method: "POST"), failsWith: .notGet)
    let response = HandshakeError.notGet.response
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields.first("Allow") == "GET")
  }

  @Test("another version is answered 426 with ours", arguments: ["8", "14", "013", "", "13, 8"])
  func version(value: String) throws {
    expect(
      try example(setting: ["Sec-WebSocket-Version": value]),
      failsWith: .unsupportedVersion
    )
    expect(try example(removing: ["Sec-WebSocket-Version"]), failsWith: .unsupportedVersion)
    let response = HandshakeError.unsupportedVersion.response
    #expect(response.status == .upgradeRequired)
    #expect(response.fields.first("Sec-WebSocket-Version") == "13")
    #expect(response.fields.first("Upgrade") == "websocket")
  }

  @Test("the key is the Base64 of 16 bytes, once", arguments: ["", "abc", "dGhlIHNhbXBsZQ=="])
  func key(value: String) throws {
    expect(try example(setting: ["Sec-WebSocket-Key": value]), failsWith: .invalidKey)
    expect(try example(removing: ["Sec-WebSocket-Key"]), failsWith: .invalidKey)
    var twice = try example()
    twice.fields.append("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    expect(twice, failsWith: .invalidKey)
    #expect(HandshakeError.invalidKey.response.status == .badRequest)
  }

  @Test("subprotocols keep their order over several fields") func subprotocols() throws {
    var request = try example(setting: ["Sec-WebSocket-Protocol": "sotto.v1,bearer.a.b_c-"])
    request.fields.append("sec-websocket-protocol", "Sotto.v1")
    #expect(try Handshake(request).subprotocols == ["sotto.v1", "bearer.a.b_c-", "Sotto.v1"])
    #expect(try Handshake(try example(removing: ["Sec-WebSocket-Protocol"])).subprotocols == [])
  }

  @Test("subprotocols are tokens and unique", arguments: ["", ",", "a b", "a, a", "a/b", "\"a\""])
  func invalidSubprotocols(value: String) throws {
    expect(
      try example(setting: ["Sec-WebSocket-Protocol": value]),
      failsWith: .invalidSubprotocols
    )
    #expect(HandshakeError.invalidSubprotocols.response.status == .badRequest)
  }

  @Test("a body is refused, an empty one is not") func body() throws {
    expect(try example(body: .length(1)), failsWith: .unexpectedBody)
    expect(try example(body: .chunked), failsWith: .unexpectedBody)
    _ = try Handshake(try example(body: .length(0)))
  }

  @Test("extensions are kept as sent, and answered as agreed") func extensions() throws {
    let handshake = try Handshake(
      try example(setting: [
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"
      ])
    )
    #expect(handshake.extensions == ["permessage-deflate; client_max_window_bits"])
    let answer = handshake.answer(extensions: "permessage-deflate", date: "")
    let text = String(decoding: answer, as: UTF8.self)
    #expect(text.contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"))
    #expect(!text.contains("Sec-WebSocket-Protocol"))
  }
}
