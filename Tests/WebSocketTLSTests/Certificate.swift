import COpenSSL
import Glibc
import TestSupport

/// A key and a certificate of its own making, in two files.
///
/// Safe because OpenSSL's objects are freed with this one, and each call is given its own.
@safe final class Certificate {
  enum Algorithm { case rsa, p256 }

  let folder: TemporaryFolder
  let key: OpaquePointer
  let x509: OpaquePointer
  let name: String

  /// Makes a certificate that is valid for `days` from `start` days from now on, signed by `issuer` or itself.
  init(
    _ name: String = "localhost",
    _ algorithm: Algorithm = .p256,
    start: Int = 0,
    days: Int = 90,
    issuer: Certificate? = nil
  ) {
    guard let folder = try? TemporaryFolder() else { preconditionFailure("no folder") }
    self.folder = folder
    self.name = name
    let maker = unsafe EVP_PKEY_CTX_new_from_name(nil, algorithm == .p256 ? "EC" : "RSA", nil)
    defer { unsafe EVP_PKEY_CTX_free(maker) }
    unsafe EVP_PKEY_keygen_init(maker)
    if algorithm == .p256 { unsafe EVP_PKEY_CTX_set_group_name(maker, "P-256") }
    var made: OpaquePointer?
    unsafe EVP_PKEY_generate(maker, &made)
    guard let made = unsafe made else { preconditionFailure("no key") }
    unsafe key = made
    unsafe x509 = X509_new()
    unsafe X509_set_version(x509, 2)
    unsafe ASN1_INTEGER_set(X509_get_serialNumber(x509), Int.random(in: 1...Int(Int32.max)))
    unsafe X509_gmtime_adj(X509_getm_notBefore(x509), start * 86_400 - 60)
    unsafe X509_gmtime_adj(X509_getm_notAfter(x509), (start + days) * 86_400)
    unsafe X509_set_pubkey(x509, key)
    let subject = unsafe X509_get_subject_name(x509)
    let bytes = Array(name.utf8)
    unsafe X509_NAME_add_entry_by_txt(
      subject,
      "CN",
      MBSTRING_UTF8,
      bytes,
      Int32(bytes.count),
      -1,
      0
    )
    unsafe X509_set_issuer_name(x509, X509_get_subject_name(issuer?.x509 ?? x509))
    unsafe X509_sign(x509, issuer?.key ?? key, EVP_sha256())
  }

  deinit {
    unsafe X509_free(x509)
    unsafe EVP_PKEY_free(key)
  }

  /// The path of its private key.
  func keyFile(passphrase: String? = nil) -> String {
    let path = "\(folder.path)/key.pem"
    let file = unsafe fopen(path, "w")
    defer { unsafe fclose(file) }
    let cipher = passphrase == nil ? nil : unsafe EVP_aes_128_cbc()
    let bytes = Array((passphrase ?? "").utf8)
    unsafe PEM_write_PrivateKey(file, key, cipher, bytes, Int32(bytes.count), nil, nil)
    return path
  }

  /// The path of a file with it and then `others`.
  func certificateFile(_ others: [Certificate] = []) -> String {
    let path = "\(folder.path)/certificate.pem"
    let file = unsafe fopen(path, "w")
    defer { unsafe fclose(file) }
    for one in [self] + others { unsafe PEM_write_X509(file, one.x509) }
    return path
  }
}
