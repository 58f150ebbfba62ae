import TestSupport
import Testing

@testable import WebSocketTLS

@Suite("Certificate files") struct CertificateFilesTests {
  private func load(_ certificate: String, _ key: String) -> Result<[String], TLSError> {
    Result { () throws(TLSError) in try TLSContext(certificate: certificate, key: key).warnings }
  }

  private func refusal(_ certificate: String, _ key: String) -> String {
    if case .failure(let error) = load(certificate, key) { error.sentence } else { "" }
  }

  @Test("a certificate and its key are taken, with those that lead to the root") func chain() throws
  {
    let root = Certificate("root")
    let middle = Certificate("middle", issuer: root)
    let own = Certificate(issuer: middle)
    #expect(load(own.certificateFile([middle, root]), own.keyFile()) == .success([]))
    #expect(load(own.certificateFile([middle]), own.keyFile()) == .success([]))
  }

  @Test("a chain out of order is refused") func disorder() {
    let root = Certificate("root")
    let middle = Certificate("middle", issuer: root)
    let own = Certificate(issuer: middle)
    let text = refusal(own.certificateFile([root, middle]), own.keyFile())
    #expect(text.hasSuffix("is out of order: certificate 2 has not issued the one before it."))
  }

  @Test("the key of another certificate is refused", arguments: [Certificate.Algorithm.p256, .rsa])
  func otherKey(algorithm: Certificate.Algorithm) {
    let (one, other) = (Certificate(), Certificate("x", algorithm))
    let text = refusal(one.certificateFile(), other.keyFile())
    #expect(text.contains("(--tls-key) is not that of the certificate"))
  }

  @Test("what is no PEM is refused") func noPEM() throws {
    let one = Certificate()
    let nonsense = try one.folder.write(Array("nonsense".utf8), to: "x.pem")
    #expect(refusal(nonsense, one.keyFile()).contains("must be PEM, the server's own first"))
    #expect(refusal(one.certificateFile(), nonsense).contains("must be PEM, without a passphrase"))
  }

  @Test("a key behind a passphrase is refused, and nobody is asked for it") func passphrase() {
    let one = Certificate()
    let text = refusal(one.certificateFile(), one.keyFile(passphrase: "secret"))
    #expect(text.contains("must be PEM, without a passphrase"))
  }

  @Test(
    "what ends soon, has ended or has not begun is mentioned",
    arguments: [
      (0, 90, []), (0, 7, ["the certificate expires within 14 days"]),
      (-9, 5, ["the certificate has expired"]), (3, 90, ["the certificate is not valid yet"]),
    ]
  )
  func dates(start: Int, days: Int, warnings: [String]) {
    let one = Certificate(start: start, days: days)
    #expect(load(one.certificateFile(), one.keyFile()) == .success(warnings))
  }
}
