import Testing
import WebSocketProtocol

@Suite("permessage-deflate: negotiation (RFC 7692 §7.1)") struct DeflateParametersTests {
  /// The answer to some fields; `nil` when all that they offer is declined.
  private func answer(_ fields: String...) -> String? {
    DeflateParameters(offeredIn: fields)?.answer
  }

  @Test(
    "what is accepted stands in the answer, and nothing else",
    arguments: [
      ("", ""), ("; server_no_context_takeover", "; server_no_context_takeover"),
      ("; client_no_context_takeover", "; client_no_context_takeover"),
      (
        "; client_no_context_takeover; server_no_context_takeover",
        "; server_no_context_takeover; client_no_context_takeover"
      ),
      ("; server_max_window_bits=9", "; server_max_window_bits=9"),
      ("; server_max_window_bits=10", "; server_max_window_bits=10"),
      ("; server_max_window_bits=15", "; server_max_window_bits=15"),
      ("; server_max_window_bits=\"12\"", "; server_max_window_bits=12"),
      ("; server_max_window_bits=\"1\\2\"", "; server_max_window_bits=12"),
      // The choice is ours, or what the client says (§7.1.2.2).
      ("; client_max_window_bits", "; client_max_window_bits=15"),
      ("; client_max_window_bits=15", "; client_max_window_bits=15"),
      ("; client_max_window_bits=12", "; client_max_window_bits=12"),
      ("; client_max_window_bits=11", "; client_max_window_bits=11"),
      ("; client_max_window_bits=8", "; client_max_window_bits=8"),
      ("; client_max_window_bits=\"9\"", "; client_max_window_bits=9"),
      (
        "; client_max_window_bits; server_max_window_bits=10; client_no_context_takeover",
        "; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=15"
      ),
    ]
  )
  func accepted(offer: String, expected: String) {
    #expect(answer("permessage-deflate" + offer) == "permessage-deflate" + expected)
  }

  @Test(
    "an offer with a parameter that is wrong is declined",
    arguments: [
      "unknown", "unknown=1", "server_no_context_takeover=1", "client_no_context_takeover=true",
      "server_no_context_takeover=", "server_no_context_takeover=\"\"",
      "server_no_context_takeover; server_no_context_takeover",
      "client_no_context_takeover; client_no_context_takeover",
      "server_max_window_bits=10; server_max_window_bits=10",
      "client_max_window_bits; client_max_window_bits=10",
      "server_max_window_bits", "server_max_window_bits=", "server_max_window_bits=\"\"",
      "server_max_window_bits=0", "server_max_window_bits=7", "server_max_window_bits=16",
      "server_max_window_bits=010", "server_max_window_bits=09", "server_max_window_bits=+10",
      "server_max_window_bits=-10", "server_max_window_bits=1e1", "server_max_window_bits=0xA",
      "server_max_window_bits=10.0", "server_max_window_bits=99999999999999999999999",
      "server_max_window_bits=\" 10\"", "server_max_window_bits=\"10", "server_max_window_bits=ten",
      // zlib cannot keep to it.
      "server_max_window_bits=8",
      "client_max_window_bits=", "client_max_window_bits=\"\"", "client_max_window_bits=0",
      "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=08",
      "client_max_window_bits=x", "Server_No_Context_Takeover", "",
    ]
  )
  func declined(parameters: String) {
    #expect(answer("permessage-deflate; \(parameters)") == nil)
    // The next one is looked at, in the same field or another.
    let next = "permessage-deflate; server_max_window_bits=11"
    if !parameters.hasSuffix("\"10") {
      #expect(answer("permessage-deflate; \(parameters), \(next)") == next)
    }
    #expect(answer("permessage-deflate; \(parameters)", next) == next)
  }

  @Test("other extensions are passed over") func others() {
    #expect(answer() == nil)
    #expect(answer("x-webkit-deflate-frame") == nil)
    #expect(answer("permessage-deflated") == nil)
    #expect(answer("permessage-bzip2; level=9, permessage-deflate") == "permessage-deflate")
    #expect(answer("foo;", "\"", "permessage-deflate, foo") == "permessage-deflate")
  }

  @Test("the first acceptable offer is taken") func first() {
    let fields = "permessage-deflate; server_max_window_bits=10, permessage-deflate"
    #expect(answer(fields) == "permessage-deflate; server_max_window_bits=10")
    #expect(answer("permessage-deflate", fields) == "permessage-deflate")
  }

  @Test("what was agreed can be read") func values() throws {
    let offer = """
      permessage-deflate; client_max_window_bits=10; server_max_window_bits=9; \
      server_no_context_takeover
      """
    let parameters = try #require(DeflateParameters(offeredIn: [offer]))
    #expect(parameters.serverNoContextTakeover && !parameters.clientNoContextTakeover)
    #expect(parameters.clientMaxWindowBits == 10 && parameters.serverMaxWindowBits == 9)
    #expect(DeflateParameters() == DeflateParameters(offeredIn: ["permessage-deflate"]))
  }
}
