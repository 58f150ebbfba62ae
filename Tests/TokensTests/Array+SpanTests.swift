import Testing

@testable import Tokens

@Suite("Copies of spans, for tokens") struct ArraySpanTests {
  @Test("have the same bytes") func copies() {
    let bytes: [UInt8] = [1, 2, 3]
    #expect([UInt8](copy: bytes, from: 1) == [2, 3])
    #expect([UInt8](copy: bytes, from: 3) == [])
  }
}
