import WebSocketProtocol

/// What a client presents as its token when it connects.
enum PresentedToken: Equatable {
  case none
  case one(String)
  /// It is not known which of them is meant: a page, or a proxy, may have added another one.
  case several

  /// The name of a subprotocol that is none, but a token: pages can send no other field.
  private static let subprotocolPrefix = "bearer."

  /// Looks where a token may be: in `Authorization`, among the subprotocols, and in the query.
  init(_ request: HTTPRequest, _ handshake: Handshake) {
    let fields = request.fields.all("Authorization").compactMap(Self.bearer)
    let subprotocols = handshake.subprotocols
      .filter { $0.hasPrefix(Self.subprotocolPrefix) }
      .map { String($0.dropFirst(Self.subprotocolPrefix.count)) }
    let items = request.target.query.filter { $0.name == "token" }.map(\.value)
    let all = fields + subprotocols + items
    self = all.count > 1 ? .several : all.first.map { .one($0) } ?? .none
  }

  /// The token of a field `Bearer TOKEN` (RFC 6750 §2.1); `nil` for credentials of another kind, which
  /// are for a proxy.
  private static func bearer(_ value: String) -> String? {
    let words = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words[0].lowercased() == "bearer" else { return nil }
    return words.count == 1 ? "" : String(words[1].drop { $0 == " " })
  }
}
