import Testing

@testable import Messaging

@Suite("Client id") struct ClientIDTests {
  private func matches(_ id: ClientID, _ text: String) -> Bool {
    id.matches(Array(text.utf8).span)
  }

  @Test(
    "1 to 64 bytes of UTF-8 are a name",
    arguments: [
      "a", "1001", "Ä", "日本語", "👩‍👩‍👧", "a.b-c_d~e", "#", "%2F", "\\", "\u{200B}", "\u{AD}",
      String(repeating: "x", count: 63), String(repeating: "x", count: 64),
      String(repeating: "é", count: 32), String(repeating: "😀", count: 16),
    ]
  )
  func allowed(text: String) throws {
    let id = try ClientID(text)
    #expect(id.description == text)
    let bytes = Array(text.utf8)
    let same = try ClientID(bytes.span)
    #expect(id == same)
    #expect(matches(id, text))
  }

  @Test("nothing is no name") func empty() {
    #expect(throws: ClientIDError.empty) { try ClientID(String()) }
  }

  @Test("65 bytes are too long, however few characters they are")
  func tooLong() {
    #expect(throws: ClientIDError.tooLong(bytes: 65)) {
      try ClientID(String(repeating: "x", count: 65))
    }
    #expect(throws: ClientIDError.tooLong(bytes: 65)) {
      try ClientID(String(repeating: "é", count: 32) + "x")
    }
    #expect(throws: ClientIDError.tooLong(bytes: 68)) {
      try ClientID(String(repeating: "😀", count: 17))
    }
  }

  @Test(
    "control characters, white space, colon and slash are not allowed, wherever they stand",
    arguments: [
      ":", "/", " ", "\t", "\n", "\r", "\0", "\u{1F}", "\u{7F}", "\u{80}", "\u{85}", "\u{9F}",
      "\u{A0}", "\u{1680}", "\u{2003}", "\u{2028}", "\u{202F}", "\u{3000}", "\r\n",
    ],
    ["%", "a%", "%a", "a%a"]
  )
  func forbidden(part: String, place: String) {
    let text = place.replacing("%", with: part)
    let error = #expect(throws: ClientIDError.self) { try ClientID(text) }
    guard case .forbidden = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "what is no UTF-8 is no name",
    arguments: [[0x80], [0x61, 0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF]] as [[UInt8]]
  )
  func notUTF8(bytes: [UInt8]) {
    #expect(throws: ClientIDError.notUTF8) { try ClientID(bytes.span) }
  }

  @Test("each cause has a sentence of its own")
  func sentences() {
    let errors: [ClientIDError] = [.empty, .tooLong(bytes: 65), .notUTF8, .forbidden("x")]
    #expect(Set(errors.map(\.sentence)).count == errors.count)
    #expect(ClientIDError.tooLong(bytes: 65).sentence.contains("65"))
    #expect(ClientIDError.forbidden("white space").sentence.contains("white space"))
  }

  @Test(
    "a name matches its own bytes only",
    arguments: ["", "a", "abd", "abcd", "ABC", "\u{61}bç"]
  )
  func matches(other: String) {
    #expect(!matches("abc", other))
  }

  @Test("names are told apart by bytes, not by what they look like")
  func canonicalEquivalents() {
    #expect(!matches("\u{E9}", "e\u{301}"))
    #expect(ClientID("\u{E9}") != ClientID("e\u{301}"))
  }
}
