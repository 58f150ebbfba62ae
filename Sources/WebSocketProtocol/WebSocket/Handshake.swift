/// The opening handshake, from the server's side (RFC 6455 §4.2).
public struct Handshake: Sendable, Equatable {
  /// `Sec-WebSocket-Key`, to be answered with `AcceptKey`.
  public let key: String
  /// The subprotocols offered, the preferred one first (§11.3.4).
  public let subprotocols: [String]
  /// The values of `Sec-WebSocket-Extensions`, as they were sent (§9.1).
  public let extensions: [String]
  /// Where the page that connects comes from; only browsers say so (§10.2).
  public let origin: String?

  /// Whether a request asks to become a WebSocket, well or badly.
  ///
  /// RFC 9110 §7.8: a server MUST ignore `Upgrade` in an HTTP/1.0 request.
  public static func isUpgrade(_ request: HTTPRequest) -> Bool {
    request.version == .http11 && request.fields.containsToken("websocket", in: "Upgrade")
      && request.fields.containsToken("upgrade", in: "Connection")
  }

  /// Judges a request by all that §4.2.1 demands.
  ///
  /// - Throws: `HandshakeError`, with the answer that the client is owed.
  public init(_ request: HTTPRequest) throws(HandshakeError) {
    guard request.method == "GET" else { throw .notGet }
    guard Self.isUpgrade(request) else { throw .notUpgraded }
    let fields = request.fields
    guard fields.all("Sec-WebSocket-Version") == ["13"] else { throw .unsupportedVersion }
    let keys = fields.all("Sec-WebSocket-Key")
    guard keys.count == 1, Base64.isSixteenBytes(keys[0]) else { throw .invalidKey }
    // What follows the head are frames: read as a body by a proxy, they could hide a request.
    guard request.body == .none || request.body == .length(0) else { throw .unexpectedBody }
    key = keys[0]
    subprotocols = try Self.subprotocols(fields)
    extensions = fields.all("Sec-WebSocket-Extensions")
    origin = fields.first("Origin")
  }

  /// The answer that opens the WebSocket: 101 (§4.2.2, step 5).
  ///
  /// Trap: `subprotocol` must be one of those offered, or nil; a client would fail otherwise.
  ///
  /// - Parameter extensions: What was agreed, as the value of `Sec-WebSocket-Extensions`.
  public func response(subprotocol: String? = nil, extensions: String? = nil) -> HTTPResponse {
    var fields: HTTPFields = [
      "Upgrade": "websocket",
      "Connection": "Upgrade",
      "Sec-WebSocket-Accept": AcceptKey.accept(for: key),
    ]
    if let subprotocol {
      precondition(subprotocols.contains(subprotocol), "not offered: \(subprotocol)")
      fields.append("Sec-WebSocket-Protocol", subprotocol)
    }
    if let extensions { fields.append("Sec-WebSocket-Extensions", extensions) }
    return HTTPResponse(status: .switchingProtocols, fields: fields)
  }

  /// §4.1, item 10: tokens that MUST all be unique; the list, if it is there, has at least one.
  private static func subprotocols(_ fields: HTTPFields) throws(HandshakeError) -> [String] {
    guard fields.first("Sec-WebSocket-Protocol") != nil else { return [] }
    let names = fields.tokens(in: "Sec-WebSocket-Protocol")
    guard !names.isEmpty, names.allSatisfy(\.isToken), Set(names).count == names.count else {
      throw .invalidSubprotocols
    }
    return names
  }
}
