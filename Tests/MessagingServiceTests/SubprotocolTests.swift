import Testing

@testable import MessagingService

@Suite("Subprotocol (RFC 6455 §1.9)") struct SubprotocolTests {
  @Test("without an offer plain is spoken, and none is answered") func none() throws {
    let settled = try #require(Subprotocol.negotiate([]))
    #expect(settled.spoken == .plain)
    #expect(settled.answer == nil)
  }

  @Test(
    "the first known of those offered is spoken and answered",
    arguments: [["sotto.plain"], ["chat", "sotto.plain"], ["sotto.plain", "chat"]]
  )
  func known(offered: [String]) throws {
    let settled = try #require(Subprotocol.negotiate(offered))
    #expect(settled.spoken == .plain)
    #expect(settled.answer == "sotto.plain")
  }

  @Test(
    "when none is known nothing is spoken",
    arguments: [["chat"], ["Sotto.Plain", "bearer.x"]]
  )
  func unknown(offered: [String]) {
    #expect(Subprotocol.negotiate(offered) == nil)
  }

  @Test("the refusal names those that are known") func refusal() {
    #expect(Subprotocol.refusal.contains("sotto.plain"))
  }
}
