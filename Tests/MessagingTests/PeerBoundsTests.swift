import Testing

@testable import Messaging

@Suite("Peer bounds") struct PeerBoundsTests {
  private func allows(_ name: String, _ patterns: [String]) -> Bool {
    PeerBounds(patterns.map { Array($0.utf8) }).allow(Array(name.utf8).span)
  }

  @Test(
    "ids are allowed as they are, and beginnings with a star",
    arguments: ["6001", "team-", "team-7", "e\u{301}"]
  )
  func allowed(name: String) {
    #expect(allows(name, ["6001", "e\u{301}", "team-*"]))
    #expect(allows(name, ["*"]))
  }

  @Test(
    "others are not",
    arguments: ["600", "60011", "6002", "team", "Team-7", "\u{e9}", "e", "", "x6001", "xteam-7"]
  )
  func refused(name: String) {
    #expect(!allows(name, ["6001", "e\u{301}", "team-*"]))
    #expect(!allows(name, []))
  }

  @Test("a star stands for more at the end only") func star() {
    #expect(!allows("abc", ["a*c"]) && allows("a*c", ["a*c"]))
    #expect(allows("a*", ["a**"]) && !allows("ab", ["a**"]))
  }
}
