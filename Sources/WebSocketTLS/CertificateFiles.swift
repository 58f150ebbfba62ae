import COpenSSL
import Glibc

/// A certificate chain and its private key, both PEM.
struct CertificateFiles {
  /// A certificate that ends within this many days is mentioned.
  private static let daysToWarn = 14

  private let certificate: String
  private let key: String

  init(_ certificate: String, _ key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// Has `context` use them.
  ///
  /// Safe because OpenSSL copies what it needs, and every pointer is its own for the call.
  ///
  /// - Returns: What a person should know about them.
  /// - Throws: `TLSError` when one cannot be read, or they do not fit together.
  func load(into context: OpaquePointer) throws(TLSError) -> [String] {
    try checkReadable(certificate, "--tls-cert")
    try checkReadable(key, "--tls-key")
    // Without this, OpenSSL would ask for a passphrase at the terminal.
    unsafe SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
    guard unsafe SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
      throw TLSError.ofOpenSSL(
        "The certificate \(certificate) (--tls-cert) cannot be used; "
          + "it must be PEM, the server's own first"
      )
    }
    guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
      if OpenSSLErrors.reason == X509_R_KEY_VALUES_MISMATCH { throw mismatch }
      throw TLSError.ofOpenSSL(
        "The private key \(key) (--tls-key) cannot be used; it must be PEM, without a passphrase"
      )
    }
    guard unsafe SSL_CTX_check_private_key(context) == 1 else { throw mismatch }
    unsafe try checkChain(of: context)
    return unsafe warnings(of: SSL_CTX_get0_certificate(context))
  }

  private var mismatch: TLSError {
    OpenSSLErrors.clear()
    return TLSError(
      "The private key \(key) (--tls-key) is not that of the certificate "
        + "\(certificate) (--tls-cert)."
    )
  }

  private func checkReadable(_ path: String, _ flag: String) throws(TLSError) {
    guard unsafe access(path, R_OK) != 0 else { return }
    let why = unsafe String(cString: strerror(errno))
    throw TLSError("The file \(path) (\(flag)) cannot be read: \(why).")
  }

  /// Each certificate of the chain must have issued the one before it: browsers put a chain in order by
  /// themselves, other clients do not.
  private func checkChain(of context: OpaquePointer) throws(TLSError) {
    var chain: OpaquePointer?
    // The chain belongs to the context.
    unsafe SSL_CTX_ctrl(context, SSL_CTRL_GET_CHAIN_CERTS, 0, &chain)
    var last = unsafe SSL_CTX_get0_certificate(context)
    let count = unsafe OPENSSL_sk_num(chain)
    for place in 0..<max(count, 0) {
      let issuer = unsafe OPENSSL_sk_value(chain, place).map { OpaquePointer($0) }
      guard unsafe X509_check_issued(issuer, last) == X509_V_OK else {
        throw TLSError(
          "The chain in \(certificate) (--tls-cert) is out of order: "
            + "certificate \(place + 2) has not issued the one before it."
        )
      }
      unsafe last = issuer
    }
  }

  private func warnings(of certificate: OpaquePointer?) -> [String] {
    var now = time(nil)
    if unsafe X509_cmp_time(X509_get0_notBefore(certificate), &now) > 0 {
      return ["the certificate is not valid yet"]
    }
    if unsafe X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0 {
      return ["the certificate has expired"]
    }
    var soon = now + Self.daysToWarn * 24 * 60 * 60
    if unsafe X509_cmp_time(X509_get0_notAfter(certificate), &soon) < 0 {
      return ["the certificate expires within \(Self.daysToWarn) days"]
    }
    return []
  }
}
