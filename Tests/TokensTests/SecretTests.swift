import Testing

@testable import Tokens

@Suite("Secrets (HS256)") struct SecretTests {
  @Test("have at least 32 bytes", arguments: [0, 31, 32, 33]) func length(count: Int) {
    let bytes = [UInt8](repeating: 7, count: count)
    if count < 32 {
      #expect(throws: KeyError.secretTooShort(bytes: count)) { try Secret(bytes) }
    } else {
      #expect(throws: Never.self) { try Secret(bytes) }
    }
  }

  @Test("are no key in PEM") func pem() {
    #expect(throws: KeyError.secretIsPEM) { try Secret(Array(Vectors.rsa.utf8)) }
  }

  @Test("sign as RFC 4231 says") func vector() throws {
    // Test case 6: a key larger than a block of the hash.
    let secret = try Secret(Array(repeating: 0xAA, count: 131))
    let message = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
    let code = secret.sign(message)
    #expect(code.prefix(4) == [0x60, 0xE4, 0x31, 0x59] && code.suffix(2) == [0x7F, 0x54])
    #expect(secret.verifies(code, of: message))
    #expect(!secret.verifies(Array(code.dropLast()), of: message))
    #expect(!secret.verifies([], of: message))
    for place in code.indices {
      var other = code
      other[place] ^= 1
      #expect(!secret.verifies(other, of: message))
    }
  }
}
