import WebSocketProtocol

/// Who really sent a request, and to which host: what a trusted proxy says, else what the socket says.
struct ForwardedRequest {
  let peer: IPAddress?
  let host: String?
  let isSecure: Bool
  /// Whether a trusted proxy passes it on.
  let isByProxy: Bool

  /// - Parameter isSecure: Whether the request came over TLS to us.
  init(
    _ request: HTTPRequest,
    from socketPeer: IPAddress?,
    isSecure: Bool,
    trusting proxies: [AddressRange]
  ) {
    func isTrusted(_ address: IPAddress?) -> Bool {
      guard let address else { return false }
      return proxies.contains { $0.contains(address) }
    }
    isByProxy = isTrusted(socketPeer)
    guard isByProxy else {
      peer = socketPeer
      host = request.host
      self.isSecure = isSecure
      return
    }
    // Each proxy adds whom it heard from at the end: the last that is no proxy of ours is the client.
    var client = socketPeer
    for name in request.fields.tokens(in: "X-Forwarded-For").reversed() {
      guard let address = IPAddress(name) else { break }
      client = address
      guard isTrusted(address) else { break }
    }
    peer = client
    host = request.fields.tokens(in: "X-Forwarded-Host").last ?? request.host
    let scheme = request.fields.tokens(in: "X-Forwarded-Proto").last?.lowercased()
    self.isSecure = scheme.map { $0 == "https" } ?? isSecure
  }
}
