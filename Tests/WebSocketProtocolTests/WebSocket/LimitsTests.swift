import Testing
import WebSocketProtocol

@Suite("Limits of a connection") struct LimitsTests {
  @Test("a message may have 16 MiB unless told otherwise") func standard() {
    #expect(Limits().messageBytes == 16_777_216)
    #expect(Limits(messageBytes: 5).messageBytes == 5)
  }

  @Test("a limit may be zero") func zero() {
    #expect(Limits(messageBytes: 0).messageBytes == 0)
  }

  @Test("a negative limit is a programmer's error") func negative() async {
    await #expect(processExitsWith: .failure) { _ = Limits(messageBytes: -1) }
  }
}
