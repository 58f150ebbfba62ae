import COpenSSL
import Testing

@testable import Tokens

@Suite("Public keys") struct PublicKeyTests {
  private func keys(_ pem: String) throws -> [PublicKey] {
    try PublicKey.keys(inPEM: Array(pem.utf8))
  }

  @Test("each kind has its algorithm") func algorithms() throws {
    #expect(try keys(Vectors.rsa).map(\.algorithm) == [.rs256])
    #expect(try keys(Vectors.p256).map(\.algorithm) == [.es256])
    #expect(try keys(Vectors.ed25519).map(\.algorithm) == [.edDSA])
  }

  @Test("a file may hold several, and text between them") func several() throws {
    let pem = "the old one\n\(Vectors.rsa)\n\nthe new one\n\(Vectors.ed25519)\n"
    #expect(try keys(pem).map(\.algorithm) == [.rs256, .edDSA])
  }

  @Test("what is no key is passed over") func others() throws {
    let parameters =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    #expect(try keys(parameters + Vectors.p256).map(\.algorithm) == [.es256])
    // This one is a key, in a form that is not read.
    let old = "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n"
    #expect(throws: KeyError.noPublicKey) { try keys(Vectors.p256 + "\n" + old) }
  }

  @Test(
    "keys that are too weak, or of no algorithm here, are refused",
    arguments: [
      (Vectors.rsa1024, .rsaTooShort(bits: 1024)), (Vectors.rsa2047, .rsaTooShort(bits: 2047)),
      (Vectors.p384, .wrongCurve), (Vectors.secp256k1, .wrongCurve), (Vectors.ed448, .wrongKind),
      (Vectors.privateEd25519, .privateKey),
      ("-----BEGIN CERTIFICATE-----\n", .certificate), ("", .noPublicKey),
      ("a secret of more than thirty-two bytes", .noPublicKey),
      ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", .noPublicKey),
      (Vectors.rsa + "\n" + Vectors.p384, .wrongCurve),
      (Vectors.rsa + "\n-----BEGIN PUBLIC KEY-----\nAA\n", .noPublicKey),
    ] as [(String, KeyError)]
  )
  func refused(pem: String, error: KeyError) {
    #expect(throws: error) { try keys(pem) }
    #expect(ERR_peek_error() == 0)
  }

  @Test("a signature that is none leaves nothing in OpenSSL's queue of errors") func queue() throws
  {
    for pem in [Vectors.rsa, Vectors.p256, Vectors.ed25519] {
      let key = try #require(try keys(pem).first)
      for signature in [[], [1], [UInt8](repeating: 0, count: 64)] {
        #expect(!key.verifies(signature, of: [1, 2, 3]))
        #expect(ERR_peek_error() == 0)
      }
    }
  }
}
