import Testing

@testable import WebSocketProtocol

@Suite("Limits of a connection") struct LimitsTests {
  @Test("a message may have 16 MiB unless told otherwise") func standard() {
    #expect(Limits().messageBytes == 16_777_216)
    #expect(Limits(messageBytes: 5).messageBytes == 5)
  }

  @Test("a limit may be zero") func zero() {
    #expect(Limits(messageBytes: 0).messageBytes == 0)
  }

  @Test(
    "a compressed message may have an eighth more on the wire",
    arguments: [(0, 1024), (8, 1033), (16 << 20, 18_875_392), (.max, .max)] as [(Int, Int)]
  )
  func compressed(messageBytes: Int, compressedBytes: Int) {
    #expect(Limits(messageBytes: messageBytes).compressedBytes == compressedBytes)
  }

  @Test("a negative limit is a programmer's error") func negative() async {
    await #expect(processExitsWith: .failure) { _ = Limits(messageBytes: -1) }
  }
}
