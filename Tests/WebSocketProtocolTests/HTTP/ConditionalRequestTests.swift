import Testing
import WebSocketProtocol

private let before = "Sun, 06 Nov 1994 08:49:36 GMT"
private let exactly = "Sun, 06 Nov 1994 08:49:37 GMT"
private let after = "Sun, 06 Nov 1994 08:49:38 GMT"

@Suite("Conditional requests (RFC 9110 §13)") struct ConditionalRequestTests {
  /// Against a resource with the tag "a", last modified `exactly`.
  @Test(
    "conditions are judged in the order of §13.2.2",
    arguments: [
      ([:], .proceed),
      (["If-None-Match": "\"a\""], .notModified),
      (["If-None-Match": "W/\"a\""], .notModified),
      (["If-None-Match": "\"b\", \"a\""], .notModified),
      (["If-None-Match": "\"b\"", "if-none-match": "\"a\""], .notModified),
      (["If-None-Match": "*"], .notModified),
      (["If-None-Match": "\"b\""], .proceed),
      (["If-None-Match": "a"], .proceed),
      (["If-Modified-Since": before], .proceed),
      (["If-Modified-Since": exactly], .notModified),
      (["If-Modified-Since": after], .notModified),
      (["If-Modified-Since": "yesterday"], .proceed),
      (["If-None-Match": "\"b\"", "If-Modified-Since": after], .proceed),
      (["If-None-Match": "\"a\"", "If-Modified-Since": before], .notModified),
      (["If-Match": "\"a\""], .proceed),
      (["If-Match": "*"], .proceed),
      (["If-Match": "W/\"a\""], .preconditionFailed),
      (["If-Match": "\"b\""], .preconditionFailed),
      (["If-Match": "\"b\"", "If-None-Match": "\"a\""], .preconditionFailed),
      (["If-Match": "\"a\"", "If-None-Match": "\"a\""], .notModified),
      (["If-Match": "\"a\"", "If-Unmodified-Since": before], .proceed),
      (["If-Unmodified-Since": before], .preconditionFailed),
      (["If-Unmodified-Since": exactly], .proceed),
      (["If-Unmodified-Since": "tomorrow"], .proceed),
    ] as [(HTTPFields, ConditionalRequest)]
  )
  func order(fields: HTTPFields, expected: ConditionalRequest) throws {
    let judged = ConditionalRequest(
      try get(fields),
      entityTag: EntityTag("a"),
      lastModified: 784_111_777
    )
    #expect(judged == expected)
  }

  @Test(
    "without a tag and a time only the asterisks match",
    arguments: [
      (["If-None-Match": "\"a\""], .proceed), (["If-None-Match": "*"], .notModified),
      (["If-Match": "\"a\""], .preconditionFailed), (["If-Match": "*"], .proceed),
      (["If-Modified-Since": after], .proceed), (["If-Unmodified-Since": before], .proceed),
    ] as [(HTTPFields, ConditionalRequest)]
  )
  func unknown(fields: HTTPFields, expected: ConditionalRequest) throws {
    #expect(ConditionalRequest(try get(fields), entityTag: nil, lastModified: nil) == expected)
  }

  @Test("a method that changes things is told 412 instead of 304") func otherMethods() throws {
    let known = try get(["If-None-Match": "*"], method: "PUT")
    #expect(
      ConditionalRequest(known, entityTag: EntityTag("a"), lastModified: nil) == .preconditionFailed
    )
    let old = try get(["If-Modified-Since": after], method: "PUT")
    #expect(ConditionalRequest(old, entityTag: nil, lastModified: 784_111_777) == .proceed)
  }
}
