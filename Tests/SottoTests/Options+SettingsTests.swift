import ArgumentParser
import Messaging
import Testing
import UV
import WebSocketProtocol
import WebSocketServer

@testable import sotto

@Suite("What the parts are told") struct OptionsSettingsTests {
  @Test("every flag reaches its part") func flags() throws {
    let options = try Options.parse([
      "--host", "::1", "--port", "9", "--allowed-origin", "https://a.example",
      "--trusted-proxy", "10.0.0.0/8", "--heartbeat-interval", "0.5", "--heartbeat-timeout", "0.3",
      "--leave-grace", "1.5", "--duplicate-ids", "replace", "--max-message-size", "1KiB",
      "--max-queue", "2KiB", "--max-mailbox", "3", "--max-memory", "1MiB", "--max-connections", "4",
      "--max-connections-per-address", "5", "--rate-limit", "6", "--handshake-timeout", "7.5",
      "--compression", "--data", "none",
    ])
    let server = options.server
    #expect(server.host == "::1" && server.port == 9)
    #expect(server.origins.allows(origin: "https://a.example", host: "b.example"))
    #expect(!server.origins.allows(origin: "https://b.example", host: "b.example"))
    #expect(server.trustedProxies.count == 1)
    #expect(server.heartbeatInterval == .milliseconds(500))
    #expect(server.heartbeatTimeout == .milliseconds(300))
    #expect(server.compression)
    #expect(try !Options.parse([]).server.compression)
    #expect(server.limits.messageBytes == 1024 && server.queueBytes == 2048)
    #expect(options.messaging.leaveGrace == 1500)
    #expect(options.messaging.duplicateIDs == .replace)
    #expect(options.storeLimits.messages == 3 && options.storeLimits.totalBytes == 1 << 18)
    #expect(server.memoryBytes == 1 << 20 && server.connections == 4)
    #expect(server.connectionsPerAddress == 5 && options.messaging.rateLimit == 6)
    #expect(server.handshakeTimeout == .milliseconds(7500))
  }

  @Test("kept messages are fed no faster than the queue allows") func feed() throws {
    #expect(try Options.parse(["--max-queue", "2KiB"]).messaging.feedBytes == 2048)
    #expect(try Options.parse([]).messaging.feedBytes == 256 * 1024)
  }

  @Test("all that is kept in memory takes an eighth of it at most") func memoryStore() throws {
    let bytes = try Options.parse(["--data", "none"]).storeLimits.totalBytes
    #expect(bytes == Int(SystemInfo.memoryBytes / 8))
  }

  @Test("on disk 8 GiB are kept for a week, unless told otherwise") func store() throws {
    #expect(try Options.parse([]).storeLimits.totalBytes == 8 << 30)
    #expect(try Options.parse([]).storeLimits.retain == 7 * 86_400_000)
    let options = try Options.parse(["--max-data", "1GiB", "--retain", "12h"])
    #expect(options.storeLimits.totalBytes == 1 << 30)
    #expect(options.storeLimits.retain == 12 * 3_600_000)
  }
}
