import Testing

@testable import Messaging

@Suite("Forms of bodies") struct BodyFormTests {
  @Test("their numbers stay, since they may be stored") func numbers() {
    #expect(BodyForm.allCases.map(\.rawValue) == [1, 2, 3, 4])
    #expect(BodyForm(rawValue: 1) == .text && BodyForm(rawValue: 2) == .plainText)
    #expect(BodyForm(rawValue: 3) == .data && BodyForm(rawValue: 4) == .binary)
  }

  @Test(
    "a plain client gets characters, JSON or bytes",
    arguments: [
      (.text, #""""#, ""), (.text, #""h\u0069\n\"""#, "hi\n\""), (.text, "\"é\"", "é"),
      (.text, #""1234567890""#, "1234567890"), (.text, #""\\""#, "\\"),
      (.plainText, "\\n\"", "\\n\""),
      (.data, #""h\u0069""#, #""h\u0069""#), (.binary, "\"a\"", "\"a\""),
    ] as [(BodyForm, String, String)]
  )
  func plain(form: BodyForm, body: String, plain: String) {
    let bytes = Array(body.utf8)
    #expect(form.withPlainBytes(of: bytes.span) { [UInt8]($0) } == Array(plain.utf8))
    #expect(form.plainForm == (form == .binary ? .binary : .text))
  }
}
