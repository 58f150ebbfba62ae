import COpenSSL

/// A secret for HS256 (HMAC with SHA-256), which signs tokens and checks them.
///
/// Safe because OpenSSL is given every array with its length, and keeps no pointer.
public struct Secret: Sendable {
  /// As long as the hash (RFC 7518 §3.2): shorter ones can be tried out.
  public static let minimumBytes = 32
  /// Bytes of a signature.
  static let signatureBytes = 32

  private let bytes: [UInt8]

  /// Takes all of `bytes` as the secret.
  ///
  /// - Throws: `KeyError.secretTooShort`, and `.secretIsPEM`.
  public init(_ bytes: [UInt8]) throws(KeyError) {
    guard !PEM.isIn(bytes) else { throw .secretIsPEM }
    guard bytes.count >= Self.minimumBytes else { throw .secretTooShort(bytes: bytes.count) }
    self.bytes = bytes
  }

  /// The authentication code of `message`.
  func sign(_ message: Span<UInt8>) -> [UInt8] {
    let message = [UInt8](copying: message)
    var code = [UInt8](repeating: 0, count: Self.signatureBytes)
    var count = 0
    let result = unsafe EVP_Q_mac(
      nil,
      "HMAC",
      nil,
      "SHA256",
      nil,
      bytes,
      bytes.count,
      message,
      message.count,
      &code,
      code.count,
      &count
    )
    // It can only fail without memory, or where SHA-256 is not allowed: nothing can be signed then.
    guard unsafe result != nil, count == code.count else {
      preconditionFailure("HMAC with SHA-256 does not work")
    }
    return code
  }

  /// Whether `signature` is that of `message`; takes as long whatever the first wrong byte is.
  func verifies(_ signature: [UInt8], of message: Span<UInt8>) -> Bool {
    let code = sign(message)
    return unsafe signature.count == code.count
      && CRYPTO_memcmp(code, signature, code.count) == 0
  }
}
