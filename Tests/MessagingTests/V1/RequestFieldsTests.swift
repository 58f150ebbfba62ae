import Testing

@testable import Messaging

@Suite("Reading fields") struct RequestFieldsTests {
  @Test("what was read before an error can be asked for") func partial() {
    let texts = [
      #"{"type":"send","id":"a1","ref":7,"text":"\ud800"}"#, #"{"id":"a1","ref":7,"to":}"#,
      #"{"id":"a1","ref":7"#, #"{"id":"a1","ref":7,"type":"send","type":"send"}"#,
      #"{"id":"a1","ref":7} x"#, #"{"ref":7,"id":"a1","x":{"a":1,"a":2}}"#,
    ]
    for text in texts {
      let reading = Reading(text)
      #expect(reading.error != nil)
      #expect(text.characters(reading.reference.id) == "a1", "\(text)")
      #expect(text.at(reading.reference.ref) == "7", "\(text)")
    }
  }

  @Test("what is there twice is named by neither value") func twins() {
    let reading = Reading(#"{"type":"send","ref":1,"id":"a","id":"b"}"#)
    #expect(reading.error == .json(.twinKey(offset: 32)))
    #expect(reading.reference.id == nil && reading.reference.ref != nil)
    #expect(Reading(#"{"ref":1,"ref":1}"#).reference.ref == nil)
  }

  @Test("every field may be there twice in nothing", arguments: RequestField.allCases)
  func allTwins(field: RequestField) {
    let text = "{\"\(field)\":1,\"\(field)\":1}"
    #expect(Reading(text).error == .json(.twinKey(offset: 6 + "\(field)".utf8.count)))
  }
}
