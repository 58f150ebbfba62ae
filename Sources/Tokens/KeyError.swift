/// Why a key cannot be used.
public enum KeyError: Error, Equatable, Sendable {
  /// The file cannot be read, and why.
  case unreadable(String)
  /// The file is larger than any key.
  case tooLarge
  /// A secret has at least ``Secret/minimumBytes`` (RFC 7518 §3.2).
  case secretTooShort(bytes: Int)
  /// A secret is a PEM file: whoever gives a public key as a secret lets everybody sign.
  case secretIsPEM
  /// There is no public key in PEM.
  case noPublicKey
  /// There is a private key, which the server has no need of.
  case privateKey
  /// There is a certificate, which is more than a key.
  case certificate
  /// RSA keys have at least ``PublicKey/minimumRSABits`` (RFC 7518 §3.3).
  case rsaTooShort(bits: Int)
  /// A curve other than P-256.
  case wrongCurve
  /// A key for something that is no algorithm here.
  case wrongKind
  /// There are more than ``KeySources/maximumKeys``.
  case tooMany

  /// What is wrong and what would be right, as a part of a sentence.
  public var clause: String {
    switch self {
    case .unreadable(let why): "it cannot be read: \(why)"
    case .tooLarge: "it is larger than any key"
    case .secretTooShort(let bytes):
      """
      a secret has at least \(Secret.minimumBytes) bytes, and this one has \(bytes); make one by \
      openssl rand -base64 48
      """
    case .secretIsPEM: "it is a key in PEM and no secret; give a public key by --jwt-public-key"
    case .noPublicKey: "there is no public key in it; it must be PEM (BEGIN PUBLIC KEY)"
    case .privateKey:
      """
      it holds a private key, which the server must not have; take the public one out of it by \
      openssl pkey -pubout
      """
    case .certificate: "it is a certificate; take the key out of it by openssl x509 -pubkey -noout"
    case .rsaTooShort(let bits):
      "an RSA key has at least \(PublicKey.minimumRSABits) bits, and this one has \(bits)"
    case .wrongCurve: "an EC key must be on the curve P-256 (for ES256)"
    case .wrongKind: "it must be an RSA key (RS256), an EC key on P-256 (ES256) or Ed25519 (EdDSA)"
    case .tooMany: "there are more than \(KeySources.maximumKeys) keys in all"
    }
  }
}
