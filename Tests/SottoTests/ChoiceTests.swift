import Messaging
import Testing

@testable import sotto

@Suite("Choice") struct ChoiceTests {
  let syntax = ArgumentSyntax<ConnectionManager.DuplicateIDs>.oneOf([.share, .reject])

  @Test("each of the words is allowed", arguments: [ConnectionManager.DuplicateIDs.share, .reject])
  func allowed(value: ConnectionManager.DuplicateIDs) {
    #expect(syntax.parse(value.rawValue) == value)
    #expect(syntax.describe(value) == value.rawValue)
  }

  @Test(
    "any other word is refused, also one that is not offered here",
    arguments: ["", "replace", "Share", "share ", "shar", "share,reject"]
  )
  func refused(text: String) {
    #expect(syntax.parse(text) == nil)
  }

  @Test("the words are said to be allowed") func sentence() {
    #expect(syntax.allowed == "share, reject")
    #expect(syntax.placeholder == "share|reject")
  }
}
