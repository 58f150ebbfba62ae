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
    guard let version = fields.onlyPlace(of: "Sec-WebSocket-Version"),
      fields.value(at: version).equalsIgnoringCase("13".utf8.span)
    else { throw .unsupportedVersion }
    guard let key = fields.onlyPlace(of: "Sec-WebSocket-Key"),
      Base64.isSixteenBytes(fields.value(at: key))
    else { throw .invalidKey }
    // What follows the head are frames: read as a body by a proxy, they could hide a request.
    guard request.body == .none || request.body == .length(0) else { throw .unexpectedBody }
    self.key = String(repairing: fields.value(at: key))
    subprotocols = try Self.subprotocols(fields)
    extensions = fields.all("Sec-WebSocket-Extensions")
    origin = fields.first("Origin")
  }

  /// The answer that opens the WebSocket: the head of a 101, up to and with the empty line (§4.2.2,
  /// step 5).
  ///
  /// Trap: `subprotocol` must be one of those offered, or nil; a client would fail otherwise.
  /// `extensions` and `date` must be valid values of fields.
  ///
  /// - Parameters:
  ///   - extensions: What was agreed, as the value of `Sec-WebSocket-Extensions`.
  ///   - date: The present, from `HTTPDate.format`.
  public func answer(
    subprotocol: String? = nil,
    extensions: String? = nil,
    date: String
  ) -> [UInt8] {
    precondition(HTTPFields.isValue(date), "no date: \(date)")
    // Written in one piece, not as an `HTTPResponse`: it is the one answer that a crowd waits for.
    var head: [UInt8] = []
    head.reserveCapacity(320)
    head.append(copying: Self.answerStart.utf8.span)
    AcceptKey.write(for: key, to: &head)
    if let subprotocol {
      precondition(subprotocols.contains(subprotocol), "not offered: \(subprotocol)")
      head.append(copying: "\r\nSec-WebSocket-Protocol: ".utf8.span)
      head.append(copying: subprotocol.utf8.span)
    }
    if let extensions {
      precondition(HTTPFields.isValue(extensions), "no value: \(extensions)")
      head.append(copying: "\r\nSec-WebSocket-Extensions: ".utf8.span)
      head.append(copying: extensions.utf8.span)
    }
    head.append(copying: "\r\nX-Content-Type-Options: nosniff\r\nDate: ".utf8.span)
    head.append(copying: date.utf8.span)
    head.append(copying: "\r\n\r\n".utf8.span)
    return head
  }

  private static let answerStart = """
    HTTP/1.1 101 Switching Protocols\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Accept:\u{20}
    """

  /// §4.1, item 10: tokens that MUST all be unique; the list, if it is there, has at least one.
  private static func subprotocols(_ fields: HTTPFields) throws(HandshakeError) -> [String] {
    guard fields.place(of: "Sec-WebSocket-Protocol") != nil else { return [] }
    let names = fields.tokens(in: "Sec-WebSocket-Protocol")
    guard !names.isEmpty, names.allSatisfy(\.isToken), Set(names).count == names.count else {
      throw .invalidSubprotocols
    }
    return names
  }
}
