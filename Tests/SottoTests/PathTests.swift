import Testing

@testable import sotto

@Suite("Path") struct PathTests {
  @Test(
    "any path is a folder's, and a file's",
    arguments: ["static", "/srv/my pages", ".", "./-x", "a,b", "ü"]
  )
  func allowed(text: String) {
    #expect(ArgumentSyntax<String>.folder.parse(text) == text)
    #expect(ArgumentSyntax<String>.file.parse(text) == text)
  }

  @Test("nothing, a flag and a null byte are not", arguments: ["", "-", "--port", "a\0b"])
  func refused(text: String) {
    #expect(ArgumentSyntax<String>.folder.parse(text) == nil)
    #expect(ArgumentSyntax<String>.file.parse(text) == nil)
  }
}
