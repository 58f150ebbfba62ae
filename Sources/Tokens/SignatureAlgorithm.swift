/// How a token is signed (RFC 7518 §3.1, RFC 8037 §3.1): what its `alg` may be.
public enum SignatureAlgorithm: String, Sendable, CaseIterable {
  /// HMAC with SHA-256: who checks tokens can make them as well.
  case hs256 = "HS256"
  /// RSASSA-PKCS1-v1_5 with SHA-256.
  case rs256 = "RS256"
  /// ECDSA on P-256 with SHA-256.
  case es256 = "ES256"
  /// Ed25519.
  case edDSA = "EdDSA"
}
