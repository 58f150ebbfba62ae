import Testing

@testable import Tokens

@Suite("Token verifier (RFC 7519, RFC 8725)") struct TokenVerifierTests {
  private let secret: Secret
  /// Noon of the first day of 2030, ms.
  static let now: Int64 = 1_893_499_200_000

  init() throws { secret = try Secret(Array("a secret of more than thirty-two bytes".utf8)) }

  private func publicKeys(_ pem: String...) throws -> [Key] {
    try pem.flatMap { try PublicKey.keys(inPEM: Array($0.utf8)) }.map { .publicKey($0) }
  }

  private func check(_ token: String, _ keys: [Key], at now: Int64 = now) throws -> Claims {
    try TokenVerifier(keys: keys).claims(of: token, at: now)
  }

  private func signed(
    _ payload: String = #"{"sub":"a","exp":4102444800}"#,
    _ header: String = #"{"alg":"HS256"}"#
  ) -> String {
    TokenSigner(secret: secret).token(header: header, payload: payload)
  }

  @Test("the signatures of the standards are right, and their payloads have no sub")
  func standards() throws {
    let rfc = try Secret(#require(Base64URL.decode(Vectors.rfcSecret)))
    let keys = try [.secret(rfc)] + publicKeys(Vectors.rsa, Vectors.p256, Vectors.ed25519)
    for token in [Vectors.rfcHS256, Vectors.rfcRS256, Vectors.rfcES256] {
      #expect(throws: TokenError.missing(.sub)) { try check(token, keys) }
    }
    #expect(throws: TokenError.payload(.syntax)) { try check(Vectors.rfcEdDSA, keys) }
  }

  @Test(
    "a token of each algorithm is taken by its key and by no other",
    arguments: [
      (Vectors.rs256, Vectors.rsa), (Vectors.es256, Vectors.p256),
      (Vectors.edDSA, Vectors.ed25519),
    ]
  )
  func algorithms(token: String, pem: String) throws {
    #expect(try check(token, publicKeys(pem)).subject == Array("1001".utf8))
    for other in [Vectors.rsa, Vectors.p256, Vectors.ed25519] where other != pem {
      #expect(throws: TokenError.wrongAlgorithm) { try check(token, publicKeys(other)) }
    }
    #expect(throws: TokenError.wrongAlgorithm) { try check(token, [.secret(secret)]) }
  }

  @Test("any of several keys may have signed") func several() throws {
    let other = try Secret(Array(repeating: 1, count: 32))
    let keys = try publicKeys(Vectors.rsa) + [.secret(other), .secret(secret)]
    #expect(try check(signed(), keys).subject == [97])
    #expect(throws: TokenError.wrongSignature) { try check(signed(), [.secret(other)]) }
    #expect(throws: TokenError.wrongSignature) {
      try check(Vectors.otherES256, publicKeys(Vectors.p256))
    }
  }

  @Test("the public key is no secret, whatever the token says") func confusion() throws {
    let keys = try publicKeys(Vectors.rsa)
    #expect(throws: TokenError.wrongAlgorithm) { try check(Vectors.confused, keys) }
    #expect(throws: TokenError.wrongSignature) { try check(Vectors.confusedRS256, keys) }
    #expect(throws: TokenError.wrongSignature) {
      try check(Vectors.confused, keys + [.secret(secret)])
    }
    #expect(throws: TokenError.wrongAlgorithm) { try check(Vectors.ps256, keys) }
  }

  @Test(
    "headers that ask for something else are refused",
    arguments: [
      (#"{"alg":"none"}"#, .unsigned), (#"{"alg":"nOnE"}"#, .unsigned), (#"{}"#, .noAlgorithm),
      (#"{"alg":1}"#, .noAlgorithm), (#"{"alg":null}"#, .noAlgorithm),
      (#"{"alg":"hs256"}"#, .wrongAlgorithm), (#"{"alg":"HS384"}"#, .wrongAlgorithm),
      (#"{"alg":"RS256"}"#, .wrongAlgorithm), (#"{"alg":""}"#, .wrongAlgorithm),
      (#"{"alg":"HS256","crit":["b64"],"b64":false}"#, .criticalHeader),
      (#"{"alg":"HS256","crit":[]}"#, .criticalHeader),
      (#"{"alg":"HS256","alg":"HS256"}"#, .header(.twinKey)),
      (#"{"alg":"HS256""#, .header(.syntax)), (#"["HS256"]"#, .header(.notAnObject)),
    ] as [(String, TokenError)]
  )
  func headers(header: String, error: TokenError) {
    let token = signed(#"{"sub":"a","exp":4102444800}"#, header)
    #expect(throws: error) { try check(token, [.secret(secret)]) }
  }

  @Test("an unsigned token is refused with an empty signature, too") func unsigned() {
    let parts = signed("{}", #"{"alg":"none"}"#).split(separator: ".")
    #expect(throws: TokenError.unsigned) {
      try check("\(parts[0]).\(parts[1]).", [.secret(secret)])
    }
  }

  @Test("what is not of three parts is refused", arguments: ["", ".", "..", "a.b", "a..b", ".a.b"])
  func parts(token: String) {
    #expect(throws: TokenError.notThreeParts) { try check(token, [.secret(secret)]) }
    #expect(throws: TokenError.notThreeParts) {
      try check(signed() + ".e30.e30", [.secret(secret)])
    }
  }

  @Test("padding, and bits behind the last byte, are refused") func spelling() {
    let token = signed()
    #expect(throws: TokenError.notBase64URL) { try check(token + "=", [.secret(secret)]) }
    // The signature's last letter has two bits that count for nothing.
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let last = letters.firstIndex(of: token.last!)!
    #expect(last % 4 == 0)
    for bits in 1...3 {
      let other = token.dropLast() + String(letters[last + bits])
      #expect(throws: TokenError.notBase64URL) { try check(String(other), [.secret(secret)]) }
    }
  }

  @Test("signatures have the length of their algorithm") func signatureLength() throws {
    let keys = try publicKeys(Vectors.p256, Vectors.ed25519) + [.secret(secret)]
    for token in [signed(), Vectors.es256, Vectors.edDSA] {
      let message = token[..<token.lastIndex(of: ".")!]
      for count in [0, 1, 31, 33, 63, 65, 70, 71, 72] {
        let signature = Base64URL.encode(Array(repeating: 0x30, count: count))
        #expect(throws: TokenError.signatureLength) { try check("\(message).\(signature)", keys) }
      }
    }
  }

  @Test("no byte of a token may change") func changed() throws {
    let keys = try publicKeys(Vectors.rsa, Vectors.p256, Vectors.ed25519) + [.secret(secret)]
    for token in [signed(), Vectors.rs256, Vectors.es256, Vectors.edDSA] {
      for place in token.utf8.indices.enumerated() where place.offset % 7 == 0 {
        var bytes = Array(token.utf8)
        bytes[place.offset] ^= 1
        #expect(throws: TokenError.self) {
          try TokenVerifier(keys: keys)
            .claims(of: String(decoding: bytes, as: UTF8.self), at: Self.now)
        }
      }
    }
  }

  @Test("signatures of zeros are refused") func zeros() throws {
    for (token, pem) in [(Vectors.es256, Vectors.p256), (Vectors.edDSA, Vectors.ed25519)] {
      let message = token[..<token.lastIndex(of: ".")!]
      let signature = Base64URL.encode([UInt8](repeating: 0, count: 64))
      #expect(throws: TokenError.wrongSignature) {
        try check("\(message).\(signature)", publicKeys(pem))
      }
    }
  }

  @Test("the length has a bound", arguments: [-1, 0, 1]) func length(beyond: Int) throws {
    let empty = signed(#"{"sub":"a","exp":4102444800,"x":""}"#)
    // Three bytes are four letters.
    var text = String(repeating: "x", count: (8192 - empty.utf8.count) / 4 * 3)
    while signed(#"{"sub":"a","exp":4102444800,"x":"\#(text)"}"#).utf8.count < 8192 + beyond {
      text += "x"
    }
    let token = signed(#"{"sub":"a","exp":4102444800,"x":"\#(text)"}"#)
    guard token.utf8.count == 8192 + beyond else { return }
    if beyond > 0 {
      #expect(throws: TokenError.tooLong) { try check(token, [.secret(secret)]) }
    } else {
      #expect(throws: Never.self) { try check(token, [.secret(secret)]) }
    }
  }

  @Test("exp and nbf have 30 s of leeway", arguments: [-1, 0, 1] as [Int64])
  func times(later: Int64) {
    let keys = [Key.secret(secret)]
    let token = signed(#"{"sub":"a","exp":1000,"nbf":900}"#)
    if later < 0 {
      #expect(throws: Never.self) { try check(token, keys, at: 1_030_000 + later) }
      #expect(throws: TokenError.notYetValid) { try check(token, keys, at: 870_000 + later) }
    } else {
      #expect(throws: TokenError.expired) { try check(token, keys, at: 1_030_000 + later) }
      #expect(throws: Never.self) { try check(token, keys, at: 870_000 + later) }
    }
  }

  @Test(
    "issuer and audience are checked where they are configured",
    arguments: [
      (#""iss":"i","aud":"a""#, nil), (#""iss":"i","aud":["b","a"]"#, nil),
      (#""aud":"a""#, .wrongIssuer), (#""iss":"I","aud":"a""#, .wrongIssuer),
      (#""iss":"i""#, .wrongAudience), (#""iss":"i","aud":[]"#, .wrongAudience),
      (#""iss":"i","aud":"ab""#, .wrongAudience),
    ] as [(String, TokenError?)]
  )
  func configured(claims: String, error: TokenError?) {
    let token = signed(#"{"sub":"x","exp":4102444800,\#(claims)}"#)
    let verifier = TokenVerifier(keys: [.secret(secret)], issuer: "i", audience: "a")
    if let error {
      #expect(throws: error) { try verifier.claims(of: token, at: Self.now) }
    } else {
      #expect(throws: Never.self) { try verifier.claims(of: token, at: Self.now) }
    }
    #expect(throws: Never.self) {
      try check(token, [.secret(secret)])
    }
  }

  @Test(
    "a payload is read strictly",
    arguments: [
      (#"{"sub":"a","sub":"b","exp":4102444800}"#, .payload(.twinKey)),
      (#"["sub"]"#, .payload(.notAnObject)), ("", .notThreeParts), ("x", .payload(.syntax)),
    ] as [(String, TokenError)]
  )
  func payloads(payload: String, error: TokenError) {
    #expect(throws: error) { try check(signed(payload), [.secret(secret)]) }
  }
}
