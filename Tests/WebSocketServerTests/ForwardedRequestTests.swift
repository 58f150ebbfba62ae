import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Forwarded request") struct ForwardedRequestTests {
  private func forwarded(
    _ fields: HTTPFields,
    from peer: String = "10.0.0.1",
    trusting ranges: [String] = ["10.0.0.0/8"],
    isSecure: Bool = false
  ) throws -> ForwardedRequest {
    var all: HTTPFields = ["Host": "inner:8000"]
    for (name, value) in fields { all.append(name, value) }
    let request = HTTPRequest(method: "GET", target: try RequestTarget("/"), fields: all)
    return ForwardedRequest(
      request,
      from: IPAddress(peer),
      isSecure: isSecure,
      trusting: try ranges.map { try #require(AddressRange($0)) }
    )
  }

  @Test("a trusted proxy is believed") func trusted() throws {
    let request = try forwarded([
      "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "chat.example",
      "X-Forwarded-Proto": "HTTPS",
    ])
    #expect(request.peer == IPAddress("203.0.113.9"))
    #expect(request.host == "chat.example")
    #expect(request.isSecure)
  }

  @Test("nobody else is", arguments: [[], ["192.0.2.0/24"]])
  func untrusted(ranges: [String]) throws {
    let request = try forwarded(
      [
        "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "chat.example",
        "X-Forwarded-Proto": "https",
      ],
      trusting: ranges
    )
    #expect(request.peer == IPAddress("10.0.0.1"))
    #expect(request.host == "inner:8000")
    #expect(!request.isSecure)
  }

  @Test("a proxy that says nothing leaves what the socket says") func silent() throws {
    let request = try forwarded([:])
    #expect(request.peer == IPAddress("10.0.0.1"))
    #expect(request.host == "inner:8000")
    #expect(!request.isSecure)
  }

  @Test(
    "of a chain the last that is no proxy of ours is the client: what is before it may be invented",
    arguments: [
      ("203.0.113.9", "203.0.113.9"), ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
      ("203.0.113.9, 10.0.0.2", "203.0.113.9"), ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
      ("203.0.113.9, nonsense, 10.0.0.2", "10.0.0.2"), ("nonsense", "10.0.0.1"),
      ("203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9"), ("2001:db8::1", "2001:db8::1"),
    ]
  )
  func chain(names: String, client: String) throws {
    #expect(try forwarded(["X-Forwarded-For": names]).peer == IPAddress(client))
  }

  @Test("what came over TLS is secure, unless a proxy that passed it on knows better")
  func secure() throws {
    #expect(try forwarded([:], trusting: [], isSecure: true).isSecure)
    #expect(try forwarded([:], isSecure: true).isSecure)
    #expect(try !forwarded(["X-Forwarded-Proto": "http"], isSecure: true).isSecure)
  }

  @Test("several fields are one list") func severalFields() throws {
    var fields: HTTPFields = ["X-Forwarded-For": "198.51.100.1"]
    fields.append("x-forwarded-for", "203.0.113.9, 10.9.9.9")
    #expect(try forwarded(fields).peer == IPAddress("203.0.113.9"))
  }

  @Test("of several hosts and schemes the last counts") func last() throws {
    let request = try forwarded([
      "X-Forwarded-Host": "evil.example, chat.example", "X-Forwarded-Proto": "https, http",
    ])
    #expect(request.host == "chat.example")
    #expect(!request.isSecure)
  }
}
