/// A key that checks tokens.
public enum Key {
  /// For HS256.
  case secret(Secret)
  /// For what its kind says.
  case publicKey(PublicKey)

  /// The only algorithm that it is for, whatever a token says (RFC 8725 §3.1).
  public var algorithm: SignatureAlgorithm {
    switch self {
    case .secret: .hs256
    case .publicKey(let key): key.algorithm
    }
  }

  /// Whether `signature` is that of `message`.
  func verifies(_ signature: [UInt8], of message: Span<UInt8>) -> Bool {
    switch self {
    case .secret(let secret): secret.verifies(signature, of: message)
    case .publicKey(let key): key.verifies(signature, of: message)
    }
  }
}

extension SignatureAlgorithm {
  /// How long a signature is; `nil` where that depends on the key.
  var signatureBytes: Int? {
    switch self {
    case .hs256: Secret.signatureBytes
    case .rs256: nil
    case .es256, .edDSA: PublicKey.curveSignatureBytes
    }
  }
}
