import Testing

@testable import Messaging

@Suite("Look-ups in the store") struct AwaitedTests {
  private let key = MessageKey(rawValue: 5)

  @Test("what is kept while one is under way is known to its answer") func kept() {
    var lookUps = LookUps()
    lookUps.begin()
    #expect(!lookUps.hasKept(key))
    lookUps.noteKept(key)
    #expect(lookUps.hasKept(key))
    #expect(!lookUps.hasKept(MessageKey(rawValue: 6)))
  }

  @Test("it is forgotten with the last of them, and not noted without any") func forgotten() {
    var lookUps = LookUps()
    lookUps.noteKept(key)
    lookUps.begin()
    #expect(!lookUps.hasKept(key))
    lookUps.begin()
    lookUps.noteKept(key)
    lookUps.end()
    #expect(lookUps.hasKept(key))
    lookUps.end()
    lookUps.begin()
    #expect(!lookUps.hasKept(key))
  }
}
