/// Makes tokens by HS256, for trying a server out; those of real users are made where they log in.
public struct TokenSigner {
  private let secret: Secret
  private let issuer: String?
  private let audience: String?

  /// Signs with `secret`, and says `issuer` and `audience` if there are any.
  public init(secret: Secret, issuer: String? = nil, audience: String? = nil) {
    self.secret = secret
    self.issuer = issuer
    self.audience = audience
  }

  /// A token for `subject`.
  ///
  /// - Parameters:
  ///   - now: ms since 1970.
  ///   - seconds: How long it is valid.
  ///   - peers: Whom the client may write to, ids or `prefix*`; `nil` for everybody.
  public func token(
    for subject: String,
    at now: Int64,
    validFor seconds: Int64,
    peers: [String]? = nil
  ) -> String {
    var payload = "{\"sub\":\(Self.quoted(subject)),\"iat\":\(now / 1000)"
    payload += ",\"exp\":\(now / 1000 + seconds)"
    if let issuer { payload += ",\"iss\":\(Self.quoted(issuer))" }
    if let audience { payload += ",\"aud\":\(Self.quoted(audience))" }
    if let peers { payload += ",\"peers\":[\(peers.map(Self.quoted).joined(separator: ","))]" }
    return token(header: #"{"alg":"HS256","typ":"JWT"}"#, payload: payload + "}")
  }

  /// Signs any header and payload.
  func token(header: String, payload: String) -> String {
    let message =
      Base64URL.encode(Array(header.utf8).span) + "." + Base64URL.encode(Array(payload.utf8).span)
    return message + "." + Base64URL.encode(secret.sign(Array(message.utf8).span).span)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case ..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
