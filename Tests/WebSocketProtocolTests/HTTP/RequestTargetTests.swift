import Testing
import WebSocketProtocol

@Suite("Request target (RFC 9112 §3.2)") struct RequestTargetTests {
  private func segments(_ target: String) throws -> [String] {
    try RequestTarget(target).segments.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "a path is split first and decoded then",
    arguments: [
      ("/", [""]), ("/a", ["a"]), ("/a/", ["a", ""]), ("/a/b?c/d", ["a", "b"]),
      ("/ws/a%2Fb", ["ws", "a/b"]), ("/%e5%BC%A0", ["张"]), ("/a+b", ["a+b"]), ("/%252e", ["%2e"]),
      ("//a", ["", "a"]), ("/?", [""]), ("http://h:1", []), ("HTTPS://h/x", ["x"]), ("*", []),
    ]
  )
  func segments(target: String, expected: [String]) throws {
    let expected = target.hasPrefix("http:") ? [""] : expected
    #expect(try segments(target) == expected)
  }

  @Test("any byte can be in a segment") func anyByte() throws {
    #expect(try RequestTarget("/ws/%00%ff").segments.last == [0x00, 0xff])
  }

  @Test(
    "the decoded path keeps only separators as slashes",
    arguments: [
      ("/healthz", "/healthz"), ("/%68ealthz?a", "/healthz"), ("/api%2Fv1", "/api%2Fv1"),
      ("/api%2fv1/", "/api%2Fv1/"), ("/a%20b", "/a b"), ("/%ff", "/\u{fffd}"), ("/%2F", "/%2F"),
      ("http://h", "/"), ("http://h?a", "/"), ("http://h/b", "/b"), ("*", "*"), ("//a%20", "//a "),
    ]
  )
  func path(target: String, path: String) throws {
    #expect(try RequestTarget(target).path == path)
  }

  @Test(
    "file names lead downwards, or there are none",
    arguments: [
      ("/", [""]), ("/index.html", ["index.html"]), ("/a/b/", ["a", "b", ""]),
      ("/a%20b.txt", ["a b.txt"]), ("/a..b/c.", ["a..b", "c."]),
      ("/%252e%252e/x", ["%2e%2e", "x"]),
      ("/..", nil), ("/.", nil), ("/a/../b", nil), ("/%2e%2e/b", nil), ("/.%2e", nil),
      ("/%2E", nil),
      ("/..%2fb", nil), ("/a%2f..%2fb", nil), ("/a%2Fb", nil), ("/a%00.html", nil), ("/%00", nil),
      ("/.hidden", nil), ("/a/.git/config", nil), ("/%ff", nil), ("/%c0%ae%c0%ae/x", nil),
      ("//etc/passwd", nil), ("/a//b", nil),
    ] as [(String, [String]?)]
  )
  func fileNames(target: String, names: [String]?) throws {
    #expect(try RequestTarget(target).fileNames == names)
  }

  @Test(
    "a query is decoded as forms write it",
    arguments: [
      ("/?a=b&c=d", [["a", "b"], ["c", "d"]]), ("/?a=b=c", [["a", "b=c"]]), ("/?a", [["a", ""]]),
      ("/?a=", [["a", ""]]), ("/?&&a=1&", [["a", "1"]]), ("/?=x", [["", "x"]]),
      ("/?a=%26%3D+%2B", [["a", "&= +"]]), ("/?%61=1&a=2", [["a", "1"], ["a", "2"]]),
      ("/?a=%ff", [["a", "\u{fffd}"]]), ("/?a=?", [["a", "?"]]), ("/?", []), ("/", []),
    ]
  )
  func query(target: String, items: [[String]]) throws {
    #expect(try RequestTarget(target).query.map { [$0.name, $0.value] } == items)
  }

  @Test("the first item of a name counts, and case does") func first() throws {
    let target = try RequestTarget("/?a=1&a=2&B=3")
    #expect(target.first("a") == "1")
    #expect(target.first("b") == nil)
  }

  @Test(
    "the authority of an absolute target is kept",
    arguments: [
      ("http://example.org:80/a", "example.org:80"), ("https://[::1]:8000", "[::1]:8000"),
      ("/a", nil),
    ] as [(String, String?)]
  )
  func authority(target: String, authority: String?) throws {
    #expect(try RequestTarget(target).authority == authority)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "a", "?a", "example.org:443", "ftp://h/", "http://", "http:///a", "http://:80/",
      "http://u@h/", "http://h h/", "http:/a", "**", "/%", "/%2", "/%2x", "/%x2", "/?a=%",
      "/?%g1=b",
      "/ a", "/a#b", "/\u{0}", "/é", "/\r\n",
    ]
  )
  func invalid(target: String) {
    #expect(throws: HTTPError.invalidTarget) { try RequestTarget(target) }
  }
}
