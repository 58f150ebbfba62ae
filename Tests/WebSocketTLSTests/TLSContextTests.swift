import TestSupport
import Testing

@testable import WebSocketTLS

@Suite("TLS of a server") struct TLSContextTests {
  private func error(_ certificate: String, _ key: String) -> String? {
    do throws(TLSError) {
      _ = try TLSContext(certificate: certificate, key: key)
      return nil
    } catch {
      return error.sentence
    }
  }

  @Test("keys of both kinds can be used", arguments: [Certificate.Algorithm.rsa, .p256])
  func kinds(algorithm: Certificate.Algorithm) throws {
    let one = Certificate("localhost", algorithm)
    let tls = try TLSContext(certificate: one.certificateFile(), key: one.keyFile())
    #expect(tls.warnings == [])
    #expect(tls.makeFilter() != nil)
  }

  @Test("a bad file leaves what was read before") func badReload() throws {
    let one = Certificate()
    let tls = try TLSContext(certificate: one.certificateFile(), key: one.keyFile())
    try one.folder.write([1, 2, 3], to: "certificate.pem")
    #expect(throws: TLSError.self) { try tls.reload() }
    #expect(tls.makeFilter() != nil)
    _ = one.certificateFile()
    try tls.reload()
  }

  @Test("a file that is not there is named") func missing() {
    let one = Certificate()
    let text = error("/nowhere/a.pem", one.keyFile())
    #expect(
      text == "The file /nowhere/a.pem (--tls-cert) cannot be read: No such file or directory."
    )
    let other = error(one.certificateFile(), "/nowhere/k.pem")
    #expect(
      other == "The file /nowhere/k.pem (--tls-key) cannot be read: No such file or directory."
    )
  }
}
