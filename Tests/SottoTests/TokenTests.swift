import Testing

@testable import sotto

@Suite("Token") struct TokenTests {
  @Test("any word of visible ASCII is one", arguments: ["x", "a-b_c~+/==", "!\"#"])
  func allowed(text: String) {
    #expect(ArgumentSyntax<String>.token.parse(text) == text)
  }

  @Test(
    "what cannot stand in a header is none",
    arguments: ["", "a b", " a", "a\n", "ü", "\u{7F}"]
  )
  func refused(text: String) {
    #expect(ArgumentSyntax<String>.token.parse(text) == nil)
  }
}
