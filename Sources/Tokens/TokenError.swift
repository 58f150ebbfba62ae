/// Why a token is refused.
///
/// Nothing of the token is in here, so that it can be logged and told.
public enum TokenError: Error, Equatable, Sendable {
  /// It is longer than ``TokenVerifier/maximumBytes``.
  case tooLong
  /// It is not HEADER.PAYLOAD.SIGNATURE (RFC 7515 §7.1).
  case notThreeParts
  /// A part is no base64url, or not the shortest way to write its bytes (RFC 7515 §2, RFC 4648 §3.5).
  case notBase64URL
  /// The header is no JSON object, or has the same key twice.
  case header(JSONReaderError)
  /// The header has no `alg`, or one that is no string.
  case noAlgorithm
  /// `alg` is `none`.
  case unsigned
  /// There is no key for its `alg`: the key decides the algorithm (RFC 8725 §3.1).
  case wrongAlgorithm
  /// The header names extensions that must be understood, and none is (RFC 7515 §4.1.11).
  case criticalHeader
  /// A signature by ECDSA or Ed25519 has 64 bytes, one by HMAC has 32 (RFC 7518 §3).
  case signatureLength
  /// No key has signed it.
  case wrongSignature
  /// The payload is no JSON object, or has the same key twice.
  case payload(JSONReaderError)
  /// A claim that is needed is not there.
  case missing(Claim)
  /// A claim is of another type than it must be.
  case wrongType(Claim)
  /// `exp` has passed.
  case expired
  /// `nbf` has not come.
  case notYetValid
  /// `iss` is another.
  case wrongIssuer
  /// `aud` does not name this server.
  case wrongAudience
  /// `sub` is another client.
  case wrongSubject

  /// What a token says (RFC 7519 §4.1), as far as it is looked at.
  public enum Claim: String, Sendable, CaseIterable {
    case sub, exp, nbf, iat, iss, aud, peers
  }

  /// A sentence for whoever has sent it.
  public var sentence: String {
    switch self {
    case .tooLong: "A token has at most \(TokenVerifier.maximumBytes) bytes."
    case .notThreeParts: "A token is HEADER.PAYLOAD.SIGNATURE."
    case .notBase64URL: "The parts of a token are base64url, without padding."
    case .header(let error): "The token's header cannot be read: \(error.clause)."
    case .noAlgorithm: "The token's header has no alg."
    case .unsigned: "The token is not signed."
    case .wrongAlgorithm: "There is no key here for the algorithm of the token."
    case .criticalHeader: "The token's header has crit, and no extension is understood here."
    case .signatureLength: "The token's signature does not have the length of its algorithm."
    case .wrongSignature: "The token's signature is not that of a key of this server."
    case .payload(let error): "The token's payload cannot be read: \(error.clause)."
    case .missing(let claim): "The token has no \(claim)."
    case .wrongType(let claim): "The token's \(claim) is not \(claim.form)."
    case .expired: "The token has expired."
    case .notYetValid: "The token is not valid yet."
    case .wrongIssuer: "The token is of another issuer."
    case .wrongAudience: "The token is for another audience."
    case .wrongSubject: "The token is for another client id."
    }
  }
}

extension TokenError.Claim {
  /// What its value must be, as it ends the sentence "… is not …".
  fileprivate var form: String {
    switch self {
    case .sub, .iss: "a string"
    case .exp, .nbf, .iat: "a number of seconds since 1970"
    case .aud: "a string or an array of strings"
    case .peers: "an array of strings"
    }
  }
}
