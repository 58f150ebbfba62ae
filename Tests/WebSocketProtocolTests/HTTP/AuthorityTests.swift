import Testing

@testable import WebSocketProtocol

@Suite("Host and port (RFC 3986 §3.2.2)") struct AuthorityTests {
  @Test(
    "a host is a name or an address, with a port perhaps",
    arguments: [
      "localhost", "a.b-c_d:8000", "127.0.0.1:80", "[::1]", "[fe80::1]:8000", "[v1.x]", "a%20b",
      "a:",
      "",
    ]
  )
  func valid(text: String) {
    let isValid = Authority.isValid(text.utf8.span)
    #expect(isValid)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "a b", "a/b", "a:b", "a:80:80", "u@h", "a?", "a#", "a\\b", "[::1", "[]", "::1", "[::1]a",
      "[::1]:x", "[/]", "a%2", "a%", "é", "a,b c", "<a>",
    ]
  )
  func invalid(text: String) {
    let isValid = Authority.isValid(text.utf8.span)
    #expect(!isValid)
  }
}
