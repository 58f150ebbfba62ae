import Testing
import WebSocketProtocol

@Suite("HTTP limits") struct HTTPLimitsTests {
  @Test("the longest target that RFC 9112 §3 wants to be taken fits") func target() {
    let limits = HTTPLimits()
    #expect(limits.targetBytes >= 8_000)
    #expect(limits.targetBytes < limits.headerBytes)
  }
}
