import Testing

@testable import Messaging

@Suite("JSON tokens") struct JSONTokenTests {
  @Test("a string is one, whether it has escapes or not") func strings() {
    let plain = JSONString(3..<9, isEscaped: false)
    let escaped = JSONString(3..<9, isEscaped: true)
    #expect(JSONToken(plain).string == plain)
    #expect(JSONToken(escaped).string == escaped)
    #expect(JSONToken(plain).range == 3..<9)
    #expect(JSONToken(plain) != JSONToken(escaped))
  }

  @Test(
    "nothing else is a string",
    arguments: [.number, .object, .array, .null, .true, .false] as [JSONToken.Kind]
  )
  func others(kind: JSONToken.Kind) {
    #expect(JSONToken(kind, 3..<9).string == nil)
    #expect(JSONToken(kind, 3..<9).range == 3..<9)
  }
}
