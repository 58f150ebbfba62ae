import Messaging
import Testing

@Suite("Connection manager: settings") struct ConnectionManagerSettingsTests {
  @Test("by itself all connections share, without grace and limits") func defaults() {
    let settings = ConnectionManager.Settings()
    #expect(settings.duplicateIDs == .share)
    #expect(settings.leaveGrace == 0 && settings.rateLimit == 0)
    #expect(settings.feedBytes == 256 * 1024)
    #expect(settings.limits.messages == 10_000 && settings.limits.bytes == 64 << 20)
  }

  @Test("what clients are told of the server is in their welcome") func link() {
    let chat = Chat(leaveGrace: 100)
    chat.manager.link.heartbeatInterval = 10
    chat.manager.link.heartbeatTimeout = 20
    chat.manager.link.silenceBound = 35
    chat.manager.link.messageBytes = 77
    chat.join("a", 1)
    chat.settle()
    let welcome = chat.take(1)[0]
    #expect(welcome.contains(#""heartbeat":{"interval":10,"timeout":20},"leave_within":135,"#))
    #expect(welcome.contains(#""limits":{"message":77,"#))
  }
}
