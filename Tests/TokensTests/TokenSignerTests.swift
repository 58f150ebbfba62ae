import Testing

@testable import Tokens

@Suite("Token signer (HS256)") struct TokenSignerTests {
  private let secret: Secret

  init() throws { secret = try Secret(Array("a secret of more than thirty-two bytes".utf8)) }

  @Test("what it signs is verified, and says what it was told") func all() throws {
    let signer = TokenSigner(secret: secret, issuer: "i\"\\", audience: "a")
    let id = "\u{e9} \"\\\u{1}😀"
    let token = signer.token(for: id, at: 5_999, validFor: 60, peers: ["b", "c*"])
    let verifier = TokenVerifier(keys: [.secret(secret)], issuer: "i\"\\", audience: "a")
    let claims = try verifier.claims(of: token, at: 5_999)
    #expect(claims.subject == Array(id.utf8) && claims.expiry == 65_000)
    #expect(claims.peers == [[98], [99, 42]])
    let plain = TokenSigner(secret: secret).token(for: "a", at: 0, validFor: 1)
    #expect(
      try TokenVerifier(keys: [.secret(secret)]).claims(of: plain, at: 0).peers
        == nil
    )
  }

  @Test("signs as RFC 7515 A.1 does") func vector() throws {
    let key = try #require(Base64URL.decode(Vectors.rfcSecret))
    let payload =
      "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
    let token = TokenSigner(secret: try Secret(key))
      .token(header: "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", payload: payload)
    #expect(token == Vectors.rfcHS256)
  }
}
