import Testing

@testable import sotto

@Suite("Web origin (RFC 6454)") struct OriginTests {
  @Test(
    "an origin is kept as a browser sends it",
    arguments: [
      ("*", "*"), ("null", "null"),
      ("http://localhost", "http://localhost"), ("http://localhost:5173", "http://localhost:5173"),
      ("HTTPS://Chat.Example", "https://chat.example"),
      ("https://chat.example:443", "https://chat.example"),
      ("http://chat.example:80", "http://chat.example"),
      ("http://chat.example:443", "http://chat.example:443"),
      ("http://chat.example:1", "http://chat.example:1"),
      ("http://chat.example:65535", "http://chat.example:65535"),
      ("http://[::1]:8000", "http://[::1]:8000"), ("http://[::1]", "http://[::1]"),
      ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
      ("capacitor://localhost", "capacitor://localhost"),
      ("chrome-extension://abcdef", "chrome-extension://abcdef"),
      ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ]
  )
  func allowed(text: String, origin: String) {
    #expect(ArgumentSyntax<String>.origin.parse(text) == origin)
  }

  @Test(
    "anything else is no origin",
    arguments: [
      "", "chat.example", "//chat.example", "://chat.example", "http://", "http:chat.example",
      "http://chat.example/", "http://chat.example/page", "http://chat.example?x", "http://a b",
      "http://user@chat.example", "http://*.example", "https://*", "**", "Null",
      "http://chat.example:", "http://chat.example:0", "http://chat.example:65536",
      "http://chat.example:+1", "http://chat.example:80:80", "http://bücher.example",
      "http://[::1", "http://[::1]x", "http://[::1]:", "http://[]", "http://[127.0.0.1]",
      "http://::1", "1http://a", "ht_tp://a", "http://a,http://b", " http://a", "http://a\n",
    ]
  )
  func refused(text: String) {
    #expect(ArgumentSyntax<String>.origin.parse(text) == nil)
  }
}
