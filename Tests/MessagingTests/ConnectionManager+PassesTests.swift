import Testing

@testable import Messaging

@Suite("Connection manager: tokens") struct ConnectionManagerPassesTests {
  /// A token is `CLIENT SECONDS PEER…`; it is good from the epoch on for so many seconds.
  private final class Words: Authenticator {
    func pass(for token: Span<UInt8>, of client: ClientID, at time: UInt64) -> Pass? {
      let words = String(decoding: [UInt8](token), as: UTF8.self).split(separator: " ")
      guard words.count >= 2, words[0] == client.description, let seconds = UInt64(words[1])
      else { return nil }
      let end = Chat.epoch + (100 << 16) + seconds * 1000
      guard time < end else { return nil }
      let peers = words.dropFirst(2).map { Array($0.utf8) }
      return Pass(end: end, peers: peers.isEmpty ? nil : PeerBounds(peers))
    }
  }

  private let chat = Chat(authenticator: Words())

  private func pass(_ seconds: UInt64, _ peers: String...) -> Pass {
    Pass(
      end: Chat.epoch + chat.now + seconds * 1000,
      peers: peers.isEmpty ? nil : PeerBounds(peers.map { Array($0.utf8) })
    )
  }

  private func join(_ id: ClientID, _ connection: ConnectionID, _ pass: Pass) {
    chat.open(id, connection, .v1(since: nil), pass: pass)
    chat.settle()
    _ = chat.take(connection)
  }

  private func wait(_ seconds: UInt64) {
    chat.now += seconds * 1000
    chat.manager.endPasses(at: chat.now, through: chat.outlet)
  }

  @Test("a connection ends when its pass does, of either protocol") func ends() {
    chat.open("a", 1, .plain, pass: pass(10))
    join("b", 2, pass(10))
    join("c", 3, pass(11))
    wait(9)
    #expect(chat.outlet.farewells.isEmpty)
    wait(1)
    #expect(chat.outlet.farewells == [1: .tokenExpired, 2: .tokenExpired])
    #expect(chat.take(2) == [#"{"type":"bye","code":4203}"#])
    #expect(chat.take(1) == [])
  }

  @Test("one that has ended, or has been replaced, does not end again") func replaced() {
    let chat = Chat(.replace, authenticator: Words())
    let short = Pass(end: Chat.epoch + chat.now + 1000)
    chat.open("a", 1, .plain, pass: short)
    chat.open("a", 2, .plain, pass: Pass(end: .max))
    chat.open("b", 3, .plain, pass: short)
    chat.disconnect(3)
    chat.now += 5000
    chat.manager.endPasses(at: chat.now, through: chat.outlet)
    #expect(chat.outlet.farewells == [1: .replaced])
  }

  @Test("a pass goes with its connection") func forgotten() {
    chat.open("a", 1, .plain, pass: pass(10, "b"))
    #expect(chat.manager.passes?.peers(of: 1) != nil)
    chat.disconnect(1)
    #expect(chat.manager.passes?.peers(of: 1) == nil)
  }

  @Test("a fresh token keeps the connection, and says nothing") func renewed() {
    join("a", 1, pass(10))
    chat.ask(#"{"type":"auth","token":"a\u0020100"}"#, over: 1)
    #expect(chat.take(1) == [])
    wait(99)
    #expect(chat.outlet.farewells.isEmpty)
    wait(1)
    #expect(chat.outlet.farewells == [1: .tokenExpired])
  }

  @Test("a wrong one ends it", arguments: ["b 100", "a", "a 5"]) func wrong(token: String) {
    join("a", 1, pass(10))
    wait(6)
    chat.ask(#"{"type":"auth","token":"\#(token)"}"#, over: 1)
    #expect(chat.take(1) == [#"{"type":"bye","code":4001}"#])
    #expect(chat.outlet.farewells == [1: .tokenWrong])
  }

  @Test("a fresh token may bind, and ends what may not be watched any more") func bound() {
    join("a", 1, pass(10))
    chat.ask(#"{"type":"watch","peers":["b","c"]}"#, over: 1)
    chat.ask(#"{"type":"auth","token":"a 100 c"}"#, over: 1)
    _ = chat.take(1)
    join("b", 2, pass(10))
    join("c", 3, pass(10))
    #expect(chat.take(1) == [V1.presence("c", true)])
    chat.ask(V1.send("b", "x", "no"), over: 1)
    #expect(chat.errors(1) == ["forbidden x"])
  }

  @Test("who is bound to peers reaches no others") func peers() {
    join("a", 1, pass(10, "b*"))
    join("b", 2, pass(10))
    join("c", 3, pass(10))
    chat.ask(V1.send("c", "x", "no"), over: 1)
    chat.ask(#"{"type":"signal","to":"c","data":1}"#, over: 1)
    chat.ask(#"{"type":"watch","peers":["b","c"]}"#, over: 1)
    chat.ask(#"{"type":"unwatch","peers":["c"]}"#, over: 1)
    let lines = chat.take(1)
    #expect(lines.filter { $0.contains(#""code":"forbidden""#) }.count == 4)
    #expect(lines.filter { $0.contains("presence") } == [V1.presence("b", true)])
    chat.ask(V1.send("b", "y", "yes"), over: 1)
    chat.settle()
    #expect(chat.take(2).count == 1)
    #expect(chat.take(3) == [])
  }

  @Test("in the plain protocol they are told by an error, for each message") func plain() {
    chat.open("a", 1, .plain, pass: pass(10, "b"))
    chat.open("b", 2, .plain, pass: pass(10))
    chat.open("c", 3, .plain, pass: pass(10))
    let no = "Error: your token does not allow you to write to c; the message was not sent"
    for _ in 1...2 {
      chat.send("c:no", over: 1)
      chat.send("b:yes", over: 1)
    }
    #expect(chat.take(1) == [no, no])
    #expect(chat.take(2) == [Line.says("a", "yes"), Line.says("a", "yes")])
    #expect(chat.take(3) == [])
    // Nobody becomes known by a message that is refused.
    #expect(chat.manager.clientCount == 3)
    chat.send(":", over: 1)
    #expect(chat.take(1) == ["Error: A client id must not be empty."])
  }

  @Test("another connection of the same client is bound by its own") func ownPass() {
    chat.open("a", 1, .plain, pass: pass(10))
    chat.open("a", 2, .plain, pass: pass(10, "c"))
    chat.open("b", 3, .plain, pass: pass(10))
    chat.send("b:1", over: 1)
    chat.send("b:2", over: 2)
    chat.send("b:3", over: 1)
    #expect(chat.take(3) == [Line.says("a", "1"), Line.says("a", "3")])
    #expect(chat.take(2).count == 1)
  }

  @Test("where nobody asks for tokens, none counts") func none() {
    let chat = Chat.joined("a")
    chat.ask(#"{"type":"auth","token":"x"}"#, over: 1)
    chat.now += 1 << 40
    chat.manager.endPasses(at: chat.now, through: chat.outlet)
    #expect(chat.take(1) == [] && chat.outlet.farewells.isEmpty)
  }
}
