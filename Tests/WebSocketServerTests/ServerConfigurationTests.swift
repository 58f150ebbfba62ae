import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Server configuration") struct ServerConfigurationTests {
  @Test("the defaults are those that are announced") func defaults() {
    let configuration = ServerConfiguration()
    #expect(configuration.host == "127.0.0.1")
    #expect(configuration.port == 8000)
    #expect(configuration.limits.messageBytes == 16 << 20)
    #expect(!configuration.compression)
    #expect(configuration.queueBytes == 16 << 20)
    #expect(configuration.heartbeatInterval == .seconds(10))
    #expect(configuration.heartbeatTimeout == .seconds(5))
    #expect(configuration.handshakeTimeout == .seconds(10))
    #expect(configuration.origins == OriginPolicy())
    #expect(configuration.trustedProxies == [])
  }

  @Test(
    "deadlines are whole milliseconds, and a day at most",
    arguments: [
      (.zero, 0), (.milliseconds(1), 1), (.microseconds(1), 1), (.microseconds(1001), 2),
      (.seconds(10), 10_000), (.seconds(86_400) - .milliseconds(1), 86_399_999),
      (.seconds(86_400), 86_400_000), (.seconds(86_401), 86_400_000),
      (.seconds(Int64.max), 86_400_000), (.seconds(-1), 0),
    ] as [(Duration, UInt32)]
  )
  func deadlines(time: Duration, milliseconds: UInt32) {
    #expect(time.deadlineMilliseconds == milliseconds)
  }
}
