import Testing

@testable import sotto

@Suite("Texts as arguments") struct TextTests {
  @Test("any but an empty one is taken; a secret is judged later") func texts() throws {
    #expect(try ArgumentSyntax<String>.text("name").value(of: "-a b") == "-a b")
    #expect(throws: ArgumentError.self) { try ArgumentSyntax<String>.text("name").value(of: "") }
    #expect(try ArgumentSyntax<String>.secret("secret").value(of: "") == "")
  }
}
