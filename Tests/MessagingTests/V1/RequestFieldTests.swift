import Testing

@testable import Messaging

@Suite("Fields of requests") struct RequestFieldTests {
  @Test("each is found by its name, and none by another", arguments: RequestField.allCases)
  func names(field: RequestField) {
    let name = Array("\(field)".utf8)
    #expect(ShortName(name.span).flatMap { RequestField($0) } == field)
    for other in [name + [0x78], Array(name.dropLast()), [0x54] + name.dropFirst()] {
      let found = ShortName(other.span).flatMap { RequestField($0) }
      // "peer" is the beginning of "peers".
      #expect(found == nil || [.peer, .peers].contains(found), "\(other)")
    }
  }

  @Test(
    "each is found where it stands: short, near the end, with escapes",
    arguments: RequestField.allCases
  )
  func places(field: RequestField) throws {
    for text in ["{\"\(field)\":1}", "{\"\(field)\": 1 , \"another one\": 2}"] {
      let bytes = Array(text.utf8)
      var fields = RequestFields()
      try fields.read(bytes.span)
      #expect(fields[field]?.kind == .number)
      for other in RequestField.allCases where other != field { #expect(fields[other] == nil) }
    }
  }

  @Test("each has a rule of its own to tell") func rules() {
    for field in RequestField.allCases { #expect(!field.rule.isEmpty) }
    #expect(RequestField.seq.rule.contains("9007199254740991"))
  }
}
