import Testing

@testable import Tokens

@Suite("Claims (RFC 7519 §4.1)") struct ClaimsTests {
  private func claims(_ payload: String) throws -> Claims {
    try Claims(JSONReader.object(Array(payload.utf8).span))
  }

  @Test("all that count are read, others are ignored") func all() throws {
    let claims = try claims(
      #"{"sub":"a","exp":1.5,"nbf":1,"iat":0,"iss":"i","aud":["x","y"],"peers":["b*"],"z":{}}"#
    )
    #expect(claims.subject == [97] && claims.expiry == 1500 && claims.start == 1000)
    #expect(claims.issuer == [105] && claims.audience == [[120], [121]])
    #expect(claims.peers == [[98, 42]])
  }

  @Test("what may be absent is nil; an audience may be a string") func few() throws {
    let few = try claims(#"{"sub":"a","exp":1}"#)
    #expect(few.start == nil && few.issuer == nil && few.audience == nil && few.peers == nil)
    #expect(try claims(#"{"sub":"a","exp":1,"aud":"x"}"#).audience == [[120]])
    #expect(try claims(#"{"sub":"a","exp":1,"peers":[]}"#).peers == [])
  }

  @Test("times beyond all bounds neither trap nor wrap") func huge() throws {
    #expect(try claims(#"{"sub":"a","exp":1e999}"#).expiry > 1 << 60)
    #expect(try claims(#"{"sub":"a","exp":-1e300}"#).expiry < -(1 << 60))
  }

  @Test(
    "what is needed must be there, and be of its type",
    arguments: [
      (#"{"exp":1}"#, .missing(.sub)), (#"{"sub":"a"}"#, .missing(.exp)),
      (#"{"sub":1,"exp":1}"#, .wrongType(.sub)), (#"{"sub":"a","exp":"1"}"#, .wrongType(.exp)),
      (#"{"sub":"a","exp":null}"#, .wrongType(.exp)),
      (#"{"sub":"a","exp":1,"nbf":"0"}"#, .wrongType(.nbf)),
      (#"{"sub":"a","exp":1,"iat":[]}"#, .wrongType(.iat)),
      (#"{"sub":"a","exp":1,"iss":1}"#, .wrongType(.iss)),
      (#"{"sub":"a","exp":1,"aud":1}"#, .wrongType(.aud)),
      (#"{"sub":"a","exp":1,"aud":["x",1]}"#, .wrongType(.aud)),
      (#"{"sub":"a","exp":1,"peers":"b"}"#, .wrongType(.peers)),
      (#"{"sub":"a","exp":1,"peers":null}"#, .wrongType(.peers)),
      (#"{"sub":"a","exp":1,"peers":[1]}"#, .wrongType(.peers)),
    ] as [(String, TokenError)]
  )
  func refused(payload: String, error: TokenError) {
    #expect(throws: error) { try claims(payload) }
  }
}
