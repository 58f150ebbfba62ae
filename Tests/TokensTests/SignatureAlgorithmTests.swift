import Testing

@testable import Tokens

@Suite("Algorithms (RFC 7518 §3.1)") struct SignatureAlgorithmTests {
  @Test("have the names of the standards, in their very letters") func names() {
    #expect(SignatureAlgorithm.allCases.map(\.rawValue) == ["HS256", "RS256", "ES256", "EdDSA"])
    #expect(SignatureAlgorithm(rawValue: "hs256") == nil)
  }

  @Test("tell how long a signature is, but for RSA") func lengths() {
    #expect(SignatureAlgorithm.allCases.map(\.signatureBytes) == [32, nil, 64, 64])
  }
}
