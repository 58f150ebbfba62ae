import Testing

@testable import Bench

@Suite("What the clients speak") struct DialectTests {
  @Test("only sotto.v1 is asked for by name") func subprotocol() {
    #expect(Dialect.plain.subprotocol == nil)
    #expect(Dialect.v1.subprotocol == "sotto.v1")
    let request = Upgrade.request(id: 1, host: "h", subprotocol: Dialect.v1.subprotocol)
    #expect(
      String(decoding: request, as: UTF8.self).contains("Sec-WebSocket-Protocol: sotto.v1\r\n")
    )
    #expect(
      !String(decoding: Upgrade.request(id: 1, host: "h"), as: UTF8.self).contains("Protocol:")
    )
  }
}
