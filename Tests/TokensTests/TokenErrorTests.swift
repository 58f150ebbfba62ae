import Testing

@testable import Tokens

@Suite("Errors of tokens") struct TokenErrorTests {
  @Test("each has a sentence of its own") func sentences() {
    let all: [TokenError] =
      [
        .tooLong, .notThreeParts, .notBase64URL, .header(.syntax), .noAlgorithm, .unsigned,
        .wrongAlgorithm, .criticalHeader, .signatureLength, .wrongSignature, .payload(.syntax),
        .expired, .notYetValid, .wrongIssuer, .wrongAudience, .wrongSubject,
      ] + TokenError.Claim.allCases.flatMap { [.missing($0), .wrongType($0)] }
    #expect(Set(all.map(\.sentence)).count == all.count)
    for error in all { #expect(error.sentence.hasSuffix(".")) }
  }
}
