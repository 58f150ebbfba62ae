/// Checks JSON Web Tokens (RFC 7519) in their compact form (RFC 7515 §7.1).
public struct TokenVerifier {
  /// The longest token that is looked at: it would be the first limit of many proxies as well.
  public static let maximumBytes = 8192
  /// How much later than `exp`, and earlier than `nbf`, a token counts, ms: clocks differ.
  public static let leeway: Int64 = 30_000

  private let keys: [Key]
  private let issuer: [UInt8]?
  private let audience: [UInt8]?

  /// Takes what tokens must be signed with and say.
  ///
  /// - Parameters:
  ///   - keys: Any of them may have signed.
  ///   - issuer: What `iss` must be, if that is looked at.
  ///   - audience: What must be in `aud`, if that is looked at.
  public init(keys: [Key], issuer: String? = nil, audience: String? = nil) {
    self.keys = keys
    self.issuer = issuer.map { Array($0.utf8) }
    self.audience = audience.map { Array($0.utf8) }
  }

  /// What a token says, if all is well with it.
  ///
  /// - Parameter now: ms since 1970.
  /// - Throws: `TokenError`.
  public func claims(of token: Span<UInt8>, at now: Int64) throws(TokenError) -> Claims {
    guard token.count <= Self.maximumBytes else { throw .tooLong }
    let parts = try Self.parts(of: token)
    guard let header = Base64URL.decode(token.extracting(parts.header)),
      let payload = Base64URL.decode(token.extracting(parts.payload)),
      let signature = Base64URL.decode(token.extracting(parts.signature))
    else { throw .notBase64URL }
    let algorithm = try algorithm(header.span)
    try check(signature, algorithm, of: token.extracting(0..<parts.payload.upperBound))
    // Only now, since anybody could have written it.
    let claims = try Claims(Self.object(payload.span, TokenError.payload))
    try check(claims, at: now)
    return claims
  }

  private struct Parts {
    let header: Range<Int>
    let payload: Range<Int>
    let signature: Range<Int>
  }

  private static func parts(of token: Span<UInt8>) throws(TokenError) -> Parts {
    var dots: [Int] = []
    for index in 0..<token.count where token[index] == UInt8(ascii: ".") {
      guard dots.count < 2 else { throw .notThreeParts }
      dots.append(index)
    }
    guard dots.count == 2, dots[0] > 0, dots[1] > dots[0] + 1 else { throw .notThreeParts }
    return Parts(
      header: 0..<dots[0],
      payload: (dots[0] + 1)..<dots[1],
      signature: (dots[1] + 1)..<token.count
    )
  }

  private static func object(
    _ text: Span<UInt8>,
    _ error: (JSONReaderError) -> TokenError
  ) throws(TokenError) -> JSONValue {
    do throws(JSONReaderError) {
      return try JSONReader.object(text)
    } catch let reason {
      throw error(reason)
    }
  }

  /// What the header names, if there is a key for it; what else it has is ignored (RFC 7515 §4).
  private func algorithm(_ header: Span<UInt8>) throws(TokenError) -> SignatureAlgorithm {
    let header = try Self.object(header, TokenError.header)
    guard let name = header["alg"]?.bytes else { throw .noAlgorithm }
    // Any spelling: some libraries ask for lower case only.
    guard String(decoding: name, as: UTF8.self).lowercased() != "none" else { throw .unsigned }
    guard header["crit"] == nil else { throw .criticalHeader }
    guard let algorithm = SignatureAlgorithm(rawValue: String(decoding: name, as: UTF8.self)),
      keys.contains(where: { $0.algorithm == algorithm })
    else { throw .wrongAlgorithm }
    return algorithm
  }

  private func check(
    _ signature: [UInt8],
    _ algorithm: SignatureAlgorithm,
    of message: Span<UInt8>
  ) throws(TokenError) {
    if let bytes = algorithm.signatureBytes, signature.count != bytes { throw .signatureLength }
    for key in keys where key.algorithm == algorithm {
      if key.verifies(signature, of: message) { return }
    }
    throw .wrongSignature
  }

  private func check(_ claims: Claims, at now: Int64) throws(TokenError) {
    guard now < claims.expiry + Self.leeway else { throw .expired }
    if let start = claims.start, now + Self.leeway < start { throw .notYetValid }
    if let issuer, claims.issuer != issuer { throw .wrongIssuer }
    if let audience, !(claims.audience ?? []).contains(audience) { throw .wrongAudience }
  }
}
