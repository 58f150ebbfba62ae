import Testing

@testable import Tokens

@Suite("Keys") struct KeyTests {
  @Test("the key knows its algorithm") func algorithms() throws {
    let secret = try Secret(Array(repeating: 1, count: 32))
    #expect(Key.secret(secret).algorithm == .hs256)
    let key = try #require(PublicKey.keys(inPEM: Array(Vectors.ed25519.utf8)).first)
    #expect(Key.publicKey(key).algorithm == .edDSA)
    #expect(Key.secret(secret).verifies(secret.sign([1]), of: [1]))
    #expect(!Key.publicKey(key).verifies(secret.sign([1]), of: [1]))
  }
}
