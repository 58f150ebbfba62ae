import COpenSSL

/// A public key that checks tokens: RSA for RS256, P-256 for ES256, Ed25519 for EdDSA (OpenSSL `EVP_PKEY`).
///
/// Safe because the C object is freed with this one and never changed, and OpenSSL is given every array
/// with its length.
@safe public final class PublicKey {
  /// RFC 7518 §3.3.
  public static let minimumRSABits = 2048
  /// Bytes of a signature by P-256 or Ed25519: two numbers of 32.
  static let curveSignatureBytes = 64

  /// The only algorithm that it is for.
  public let algorithm: SignatureAlgorithm
  private let key: OpaquePointer

  /// Takes `key`, which is freed with this object, or at once when it is not fit.
  private init(_ key: OpaquePointer) throws(KeyError) {
    do throws(KeyError) {
      algorithm = unsafe try Self.algorithm(of: key)
    } catch {
      unsafe EVP_PKEY_free(key)
      throw error
    }
    unsafe self.key = key
  }

  deinit {
    unsafe EVP_PKEY_free(key)
  }

  /// All the keys in a text in PEM, one at least.
  ///
  /// - Throws: `KeyError`, also when only one of them is not fit.
  public static func keys(inPEM text: [UInt8]) throws(KeyError) -> [PublicKey] {
    let labels = PEM.labels(of: text)
    if labels.contains(where: { $0.hasSuffix("PRIVATE KEY") }) { throw .privateKey }
    if labels.contains(where: { $0.hasSuffix("CERTIFICATE") }) { throw .certificate }
    // A failure leaves its reasons in a queue, where the next user of OpenSSL would find them.
    defer { ERR_clear_error() }
    let source = unsafe BIO_new_mem_buf(text, Int32(text.count))
    defer { unsafe BIO_free(source) }
    var keys: [PublicKey] = []
    // Others, such as the parameters of a curve, are passed over by the reader as well.
    for label in labels where label.hasSuffix("PUBLIC KEY") {
      guard let key = unsafe PEM_read_bio_PUBKEY(source, nil, nil, nil) else { throw .noPublicKey }
      keys.append(unsafe try PublicKey(key))
    }
    guard !keys.isEmpty else { throw .noPublicKey }
    return keys
  }

  private static func algorithm(of key: OpaquePointer) throws(KeyError) -> SignatureAlgorithm {
    if unsafe EVP_PKEY_is_a(key, "RSA") == 1 {
      let bits = unsafe Int(EVP_PKEY_get_bits(key))
      guard bits >= minimumRSABits else { throw .rsaTooShort(bits: bits) }
      return .rs256
    }
    if unsafe EVP_PKEY_is_a(key, "EC") == 1 {
      var name = [CChar](repeating: 0, count: 64)
      var count = 0
      let isNamed = unsafe EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1
      guard isNamed, name[..<count].elementsEqual("prime256v1".utf8.map { CChar($0) }) else {
        throw .wrongCurve
      }
      return .es256
    }
    guard unsafe EVP_PKEY_is_a(key, "ED25519") == 1 else { throw .wrongKind }
    return .edDSA
  }

  /// Whether `signature`, as a token has it, is that of `message`.
  func verifies(_ signature: [UInt8], of message: Span<UInt8>) -> Bool {
    let message = [UInt8](copying: message)
    let signature = algorithm == .es256 ? ECDSASignature.der(signature) : signature
    let context = unsafe EVP_MD_CTX_new()
    defer {
      unsafe EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    // Ed25519 has its own hash within.
    let hash = algorithm == .edDSA ? nil : "SHA256"
    return unsafe EVP_DigestVerifyInit_ex(context, nil, hash, nil, nil, key, nil) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}
