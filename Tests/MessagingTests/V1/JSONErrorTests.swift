import Testing

@testable import Messaging

@Suite("JSON errors") struct JSONErrorTests {
  @Test("each has a sentence of its own") func sentences() {
    let errors: [JSONError] = [
      .unexpected(offset: 7), .incomplete, .notAnObject, .tooDeep, .loneSurrogate(offset: 7),
      .twinKey(offset: 7), .tooManyKeys, .notUTF8,
    ]
    #expect(Set(errors.map(\.sentence)).count == errors.count)
    for error in errors { #expect(error.sentence.hasSuffix("."), "\(error)") }
    #expect(JSONError.twinKey(offset: 7).sentence.contains("offset 7"))
    #expect(JSONError.tooDeep.sentence.contains("128"))
  }
}
