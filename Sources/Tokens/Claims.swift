/// What a token says of its owner (RFC 7519 §4.1), as far as it counts here; other claims are ignored.
public struct Claims: Equatable, Sendable {
  /// `sub`, UTF-8: the client that it is for.
  public let subject: [UInt8]
  /// `exp`, ms since 1970.
  public let expiry: Int64
  /// `nbf`, ms since 1970: not valid before.
  public let start: Int64?
  /// `iss`, UTF-8: who has made it.
  public let issuer: [UInt8]?
  /// `aud`, UTF-8: for which servers it is; one or several.
  public let audience: [[UInt8]]?
  /// `peers`, UTF-8: whom the client may write to, as ids or as `prefix*`; `nil` for everybody.
  public let peers: [[UInt8]]?

  /// Takes them from a payload.
  ///
  /// - Throws: `TokenError.missing` and `.wrongType`.
  init(_ payload: JSONValue) throws(TokenError) {
    subject = try Self.string(.sub, payload).orMissing(.sub)
    expiry = try Self.date(.exp, payload).orMissing(.exp)
    start = try Self.date(.nbf, payload)
    // When it was made counts for nothing here, but it must not be nonsense.
    _ = try Self.date(.iat, payload)
    issuer = try Self.string(.iss, payload)
    if let one = payload["aud"]?.bytes {
      audience = [one]
    } else {
      audience = try Self.strings(.aud, payload)
    }
    peers = try Self.strings(.peers, payload)
  }

  private static func string(
    _ claim: TokenError.Claim,
    _ payload: JSONValue
  ) throws(TokenError) -> [UInt8]? {
    guard let value = payload[claim.rawValue] else { return nil }
    guard let bytes = value.bytes else { throw .wrongType(claim) }
    return bytes
  }

  /// Seconds, which may have a fraction (RFC 7519 §2, NumericDate), as milliseconds.
  private static func date(
    _ claim: TokenError.Claim,
    _ payload: JSONValue
  ) throws(TokenError) -> Int64? {
    guard let value = payload[claim.rawValue] else { return nil }
    guard case .number(let seconds) = value else { throw .wrongType(claim) }
    // Sums with a few years more must not overflow.
    let bound = Double(Int64.max / 4)
    return Int64(max(-bound, min(seconds * 1000, bound)))
  }

  private static func strings(
    _ claim: TokenError.Claim,
    _ payload: JSONValue
  ) throws(TokenError) -> [[UInt8]]? {
    guard let value = payload[claim.rawValue] else { return nil }
    guard case .array(let elements) = value else { throw .wrongType(claim) }
    var strings: [[UInt8]] = []
    for element in elements {
      guard let bytes = element.bytes else { throw .wrongType(claim) }
      strings.append(bytes)
    }
    return strings
  }
}

extension Optional {
  fileprivate func orMissing(_ claim: TokenError.Claim) throws(TokenError) -> Wrapped {
    guard let self else { throw .missing(claim) }
    return self
  }
}
