import Testing

@testable import Tokens

@Suite("PEM (RFC 7468)") struct PEMTests {
  @Test("labels are found, with any line breaks") func labels() {
    let text = "x\r\n-----BEGIN A B-----\r\n-----END A B-----\n-----BEGIN C-----\n"
    #expect(PEM.labels(of: Array(text.utf8)) == ["A B", "C"])
    #expect(!PEM.isIn(Array("-----BEGIN A\nBEGIN B-----\n".utf8)))
    #expect(!PEM.isIn([]))
  }
}
