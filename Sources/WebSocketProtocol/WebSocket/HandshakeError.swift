/// Why a request is no opening handshake (RFC 6455 §4.2.1).
public enum HandshakeError: Error, Equatable {
  case notGet, notUpgraded, unsupportedVersion, invalidKey, invalidSubprotocols, unexpectedBody

  /// A sentence for whoever sent the request.
  public var reason: String {
    switch self {
    case .notGet:
      "A WebSocket is opened with GET."
    case .notUpgraded:
      "This is a WebSocket endpoint: connect with a WebSocket client (Upgrade: websocket)."
    case .unsupportedVersion:
      "Only version 13 of the WebSocket protocol is spoken here."
    case .invalidKey:
      "Sec-WebSocket-Key must be there once and be the Base64 of 16 bytes."
    case .invalidSubprotocols:
      "Sec-WebSocket-Protocol must list names without spaces, each of them once."
    case .unexpectedBody:
      "A WebSocket handshake must have no body."
    }
  }

  /// What the client is to be answered.
  public var response: HTTPResponse {
    switch self {
    case .notGet:
      refusal(.methodNotAllowed, ["Allow": "GET"])
    case .notUpgraded:
      refusal(.upgradeRequired, ["Upgrade": "websocket", "Connection": "Upgrade"])
    case .unsupportedVersion:
      // §4.4 asks for the version, RFC 9110 §15.5.22 for Upgrade in each 426.
      refusal(
        .upgradeRequired,
        ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"]
      )
    case .invalidKey, .invalidSubprotocols, .unexpectedBody:
      refusal(.badRequest, [:])
    }
  }

  private func refusal(_ status: HTTPStatus, _ fields: HTTPFields) -> HTTPResponse {
    var response = HTTPResponse.text(status, reason)
    for (name, value) in fields { response.fields.append(name, value) }
    return response
  }
}
