import Testing

@testable import sotto

@Suite("Folder") struct FolderTests {
  @Test("any path is a folder's", arguments: ["static", "/srv/my pages", ".", "./-x", "a,b", "ü"])
  func allowed(text: String) {
    #expect(ArgumentSyntax<String>.folder.parse(text) == text)
  }

  @Test("nothing, a flag and a null byte are not", arguments: ["", "-", "--port", "a\0b"])
  func refused(text: String) {
    #expect(ArgumentSyntax<String>.folder.parse(text) == nil)
  }
}
