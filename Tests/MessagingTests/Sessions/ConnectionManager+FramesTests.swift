import Testing

@testable import Messaging

@Suite("Sessions: frames") struct ConnectionManagerFramesTests {
  private func message(_ seq: UInt64, from: ClientID = "a", to: ClientID = "b") -> StoredMessage {
    StoredMessage(seq: seq, at: 5, from: from, to: to, id: [120], form: .plainText, body: [104])
  }

  private func session(_ chat: Chat, _ connection: ConnectionID) throws -> Session {
    let client = try #require(chat.manager.find("b"))
    return try #require(chat.manager.clients[client].session(connection))
  }

  @Test("numbers rise: what is not higher than the last has been sent") func rising() throws {
    let chat = Chat.joined("a", "b")
    let session = try session(chat, 2)
    for seq in [3, 2, 3, 4] as [UInt64] {
      chat.manager.send(message(seq), to: session, through: chat.outlet)
    }
    #expect(
      chat.take(2)
        == [V1.message("a", "x", 3, "h", at: 5), V1.message("a", "x", 4, "h", at: 5)]
    )
  }

  @Test("one's own are copies, from the number on from which they are wanted") func own() throws {
    let chat = Chat.joined("a", "b")
    let session = try session(chat, 2)
    session.ownFrom = 2
    for seq in [1, 2] as [UInt64] {
      chat.manager.send(message(seq, from: "b", to: "a"), to: session, through: chat.outlet)
    }
    chat.manager.send(message(3, from: "b", to: "b"), to: session, through: chat.outlet)
    #expect(
      chat.take(2) == [V1.copy("a", "x", 2, "h", at: 5), V1.message("b", "x", 3, "h", at: 5)]
    )
  }

  @Test("to a connection that takes no more, nothing is sent") func ended() throws {
    let chat = Chat.joined("a", "b")
    let session = try session(chat, 2)
    chat.outlet.room[2] = 1
    for seq in 1...3 as ClosedRange<UInt64> {
      chat.manager.send(message(seq), to: session, through: chat.outlet)
    }
    #expect(chat.take(2).count == 1)
    #expect(session.phase == .ended)
    // It is not asked again.
    chat.outlet.room[2] = nil
    chat.manager.send(message(4), to: session, through: chat.outlet)
    #expect(chat.take(2) == [])
  }
}
