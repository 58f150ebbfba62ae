import Testing

@testable import WebSocketProtocol

@Suite("Entity tag (RFC 9110 §8.8.3)") struct EntityTagTests {
  @Test(
    "a tag is read and written",
    arguments: [
      ("\"a\"", EntityTag("a")), ("W/\"a\"", EntityTag("a", isWeak: true)), ("\"\"", EntityTag("")),
      ("\"a,b\"", EntityTag("a,b")), ("\"é\"", EntityTag("é")),
    ]
  )
  func tag(text: String, tag: EntityTag) {
    #expect(EntityTag(parsing: text) == tag)
    #expect(tag.text == text)
  }

  @Test(
    "anything else is no tag",
    arguments: [
      "", "a", "\"", "\"a", "a\"", "w/\"a\"", "W\"a\"", "\"a b\"", "\"a\"b\"", "\"a\", \"b\"",
      " \"a\"",
      "*", "\"a\u{7f}\"",
    ]
  )
  func malformed(text: String) {
    #expect(EntityTag(parsing: text) == nil)
  }

  @Test(
    "a list ends at its first malformed member",
    arguments: [
      ("\"a\", W/\"b\"", 2), ("\"a\"\t,,\"b,c\" ,", 2), ("", 0), ("\"a\", b, \"c\"", 1),
      ("\"a\" \"b\"", 1), (", \"a\"", 1),
    ]
  )
  func list(text: String, count: Int) {
    #expect(EntityTag.list(text).count == count)
  }

  @Test(
    "both comparisons are those of the table in §8.8.3.2",
    arguments: [
      ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false),
      ("W/\"1\"", "\"1\"", false, true), ("\"1\"", "\"1\"", true, true),
    ]
  )
  func comparison(left: String, right: String, strongly: Bool, weakly: Bool) throws {
    let (left, right) = (
      try #require(EntityTag(parsing: left)), try #require(EntityTag(parsing: right))
    )
    #expect(left.matchesStrongly(right) == strongly)
    #expect(left.matchesWeakly(right) == weakly)
  }
}
