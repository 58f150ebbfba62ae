import Testing

@testable import Tokens

@Suite("Errors of keys") struct KeyErrorTests {
  @Test("each has words of its own") func clauses() {
    let all: [KeyError] = [
      .unreadable("x"), .tooLarge, .secretTooShort(bytes: 1), .secretIsPEM, .noPublicKey,
      .privateKey, .certificate, .rsaTooShort(bits: 1), .wrongCurve, .wrongKind, .tooMany,
    ]
    #expect(Set(all.map(\.clause)).count == all.count)
  }
}
