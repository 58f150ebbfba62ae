import WebSocketProtocol

/// What must be true of every request that the parser lets through.
enum RequestProperties {
  private static let size = 1000
  private static let tag = EntityTag("5f-1a")
  // 1994-11-06 08:49:37, the example of RFC 9110 §5.6.7.
  private static let modified = 784_111_777

  static func check(_ request: HTTPRequest) throws(Finding) {
    try require(HTTPFields.isName(request.method), "method \(request.method)")
    for (name, value) in request.fields {
      try require(HTTPFields.isName(name) && HTTPFields.isValue(value), "\(name): \(value)")
    }
    try require(request.fields.all("Host").count <= 1, "two hosts")
    try require(request.version == .http10 || request.host != nil, "no host")
    if request.body == .chunked {
      try require(request.fields.first("Content-Length") == nil, "two framings")
    }
    _ = (request.keepsAlive, request.expectsContinue)
    try check(request.target)
    try checkConditions(request)
    try checkHandshake(request)
  }

  /// Any text as a target, without a request around it.
  static func checkTarget(_ text: String) throws(Finding) {
    if let target = try? RequestTarget(text) { try check(target) }
  }

  private static func check(_ target: RequestTarget) throws(Finding) {
    for name in target.fileNames ?? [] {
      // One of these would leave the folder that is served, or show what is hidden in it.
      try require(
        !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0) && name.first != ".",
        "a file name \(name)"
      )
    }
    let slashes = target.path.utf8.count { $0 == UInt8(ascii: "/") }
    try require(target.segments.count == slashes, "\(target.path) has \(target.segments)")
    let again = try? RequestTarget(target.raw)
    try require(again == target, "\(target.raw) reads differently the second time")
    for item in target.query {
      try require(target.first(item.name) != nil, "a query item without a value")
    }
  }

  private static func checkConditions(_ request: HTTPRequest) throws(Finding) {
    _ = ConditionalRequest(request, entityTag: tag, lastModified: modified)
    for size in [0, 1, Self.size] {
      let range = ByteRange(request, size: size, entityTag: tag, lastModified: modified)
      guard case .part(let part) = range else { continue }
      try require(
        !part.isEmpty && 0 <= part.lowerBound && part.upperBound <= size,
        "\(part) of \(size)"
      )
    }
    for (_, value) in request.fields {
      guard let seconds = HTTPDate.parse(value) else { continue }
      let text = HTTPDate.format(secondsSince1970: seconds)
      try require(HTTPDate.parse(text) == seconds, "\(value) is \(text)")
    }
  }

  private static func checkHandshake(_ request: HTTPRequest) throws(Finding) {
    let handshake: Handshake
    do throws(HandshakeError) {
      handshake = try Handshake(request)
    } catch {
      return try require(400..<500 ~= error.response.status.code, "\(error) is no refusal")
    }
    let head = handshake.answer(
      subprotocol: handshake.subprotocols.first,
      date: "Sun, 06 Nov 1994 08:49:37 GMT"
    )
    // A subprotocol that a client chose must not add lines of its own.
    let lines = head.count { $0 == UInt8(ascii: "\n") }
    try require(lines == (handshake.subprotocols.isEmpty ? 7 : 8), "\(lines) lines")
  }
}
