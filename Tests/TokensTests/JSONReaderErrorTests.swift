import Testing

@testable import Tokens

@Suite("Errors of the JSON reader") struct JSONReaderErrorTests {
  @Test("each has words of its own") func clauses() {
    let all: [JSONReaderError] = [
      .notUTF8, .syntax, .tooDeep, .twinKey, .loneSurrogate, .notAnObject,
    ]
    #expect(Set(all.map(\.clause)).count == all.count)
  }
}
