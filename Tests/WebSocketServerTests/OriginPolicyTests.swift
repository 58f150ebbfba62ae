import Testing

@testable import WebSocketServer

@Suite("Origin policy (RFC 6455 §10.2)") struct OriginPolicyTests {
  @Test(
    "by default pages of the same host and port may connect, whatever the scheme",
    arguments: [
      ("http://localhost:8000", "localhost:8000"), ("https://localhost:8000", "localhost:8000"),
      ("HTTP://LocalHost:8000", "localhost:8000"), ("http://chat.example", "chat.example"),
      ("https://chat.example", "chat.example"), ("http://chat.example:80", "chat.example"),
      ("https://chat.example:443", "chat.example"), ("http://chat.example", "chat.example:80"),
      ("https://chat.example", "chat.example:443"), ("http://[::1]:8000", "[::1]:8000"),
      ("http://[::1]", "[::1]:80"), ("http://[::1]", "[::1]"),
    ]
  )
  func sameHost(origin: String, host: String) {
    #expect(OriginPolicy().allows(origin: origin, host: host))
  }

  @Test(
    "no others may",
    arguments: [
      ("http://evil.example", "chat.example"), ("http://localhost:8001", "localhost:8000"),
      ("http://localhost", "localhost:8000"), ("http://localhost:8000", "localhost"),
      ("http://127.0.0.1:8000", "localhost:8000"), ("null", "localhost:8000"),
      ("", "localhost"), ("localhost:8000", "localhost:8000"), ("http://chat.example:80", nil),
      ("http://chat.example.evil", "chat.example"), ("http://a@chat.example", "chat.example"),
      ("http://[::2]", "[::1]"), ("http://chat.example:443", "chat.example"),
    ] as [(String, String?)]
  )
  func otherHosts(origin: String, host: String?) {
    #expect(!OriginPolicy().allows(origin: origin, host: host))
  }

  @Test("behind TLS a host without a port means 443") func secure() {
    let policy = OriginPolicy()
    #expect(policy.allows(origin: "https://chat.example", host: "chat.example", isSecure: true))
    #expect(policy.allows(origin: "http://chat.example:443", host: "chat.example", isSecure: true))
    #expect(
      !policy.allows(origin: "https://chat.example:8443", host: "chat.example", isSecure: true)
    )
  }

  @Test("who sends no origin is no browser", arguments: [[], ["http://a.example"], ["*"]])
  func noOrigin(allowed: [String]) {
    #expect(OriginPolicy(allowed: allowed).allows(origin: nil, host: "localhost"))
    #expect(OriginPolicy(allowed: allowed).allows(origin: nil, host: nil))
  }

  @Test("a list allows what is in it and nothing else") func list() {
    let policy = OriginPolicy(allowed: ["https://Chat.example", "http://localhost:5173"])
    #expect(policy.allows(origin: "https://chat.example", host: "api.example"))
    #expect(policy.allows(origin: "HTTPS://CHAT.EXAMPLE", host: nil))
    #expect(policy.allows(origin: "http://localhost:5173", host: "x"))
    for origin in ["http://chat.example", "https://chat.example:444", "null", "http://x"] {
      #expect(!policy.allows(origin: origin, host: "x"))
    }
  }

  @Test("a star allows all", arguments: ["http://evil.example", "null", ""])
  func star(origin: String) {
    #expect(OriginPolicy(allowed: ["*"]).allows(origin: origin, host: "x"))
    #expect(OriginPolicy(allowed: ["http://a.example", "*"]).allows(origin: origin, host: nil))
  }
}
