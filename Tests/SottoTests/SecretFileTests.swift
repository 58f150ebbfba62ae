import TestSupport
import Testing
import UV

@testable import sotto

@Suite("A file with a secret") struct SecretFileTests {
  private func read(_ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    return try SecretFile.read(try folder.write(bytes, to: "secret"))
  }

  @Test(
    "the newline at the end is dropped, and no other",
    arguments: [
      ("abc", "abc"), ("abc\n", "abc"), ("abc\r\n", "abc"), ("abc\n\n", "abc\n"), ("\n", ""),
      ("", ""), (" a \n", " a "),
    ]
  )
  func newline(text: String, secret: String) throws {
    #expect(try read(Array(text.utf8)) == secret)
  }

  @Test("it may be as large as any secret, and no larger") func size() throws {
    let largest = [UInt8](repeating: 0x61, count: SecretFile.maximumBytes)
    #expect(try read(largest).utf8.count == largest.count)
    #expect { try read(largest + [0x61]) } throws: { ($0 as? UVError)?.name == "EFBIG" }
  }

  @Test("what is no file is said so", arguments: [("/nowhere", "ENOENT"), ("/", "EISDIR")])
  func missing(path: String, name: String) {
    #expect { try SecretFile.read(path) } throws: { ($0 as? UVError)?.name == name }
  }
}
