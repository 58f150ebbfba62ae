import Testing

@testable import Messaging

@Suite("Chat pairs") struct ChatPairsTests {
  /// What time is counted in, ms.
  private static let period: UInt64 = 1 << 16

  @Test("a pair is told once for both, whoever wrote") func bothDirections() {
    for (gone, left) in [(1, 2), (2, 1)] as [(ConnectionID, ConnectionID)] {
      let chat = Chat()
      chat.connect("a", 1)
      chat.connect("b", 2)
      chat.send("b:hello", over: 1)
      chat.send("b:hello", over: 1)
      _ = chat.take(left)
      chat.disconnect(gone)
      #expect(chat.take(left) == [Line.left(gone == 1 ? "a" : "b")])
    }
  }

  @Test("who has never chatted is not told") func strangers() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.connect("c", 3)
    chat.send("b:hello", over: 1)
    chat.disconnect(1)
    #expect(chat.take(3) == [])
  }

  @Test("an addressee that was absent is a peer when it comes") func absentAddressee() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.send("b:hello", over: 1)
    chat.settle()
    _ = chat.take(1)
    chat.connect("b", 2)
    chat.settle()
    #expect(chat.take(2) == [Line.says("a", "hello")])
    chat.disconnect(2)
    #expect(chat.take(1) == [Line.left("b")])
  }

  @Test(
    "a pair of which one is away lasts a day after the last message",
    arguments: [
      (Chat.day - 1, true), (Chat.day, true), (Chat.day + 2 * period, false),
      (2 * Chat.day, false),
    ]
  )
  func dayAway(elapsed: UInt64, isPeer: Bool) {
    let chat = Chat()
    chat.now += Self.period - 1
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    chat.disconnect(2)
    _ = chat.take(1)
    chat.now += elapsed
    chat.connect("b", 3)
    chat.disconnect(3)
    #expect(chat.take(1) == (isPeer ? [Line.left("b")] : []))
  }

  @Test("a message renews a pair, from either side", arguments: [true, false])
  func renewal(byFirst: Bool) {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    chat.now += Chat.day - 1
    if byFirst { chat.send("b:still there", over: 1) } else { chat.send("a:yes", over: 2) }
    chat.disconnect(2)
    chat.now += Chat.day - 1
    chat.connect("b", 2)
    _ = chat.take(1)
    chat.disconnect(2)
    #expect(chat.take(1) == [Line.left("b")])
  }

  @Test("a pair whose both ends stay online lasts", arguments: [1, 2] as [ConnectionID])
  func bothOnline(gone: ConnectionID) {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    _ = chat.take(2)
    chat.now += 30 * Chat.day
    chat.manager.expirePairs(at: chat.now)
    chat.disconnect(gone)
    #expect(chat.take(gone == 1 ? 2 : 1) == [Line.left(gone == 1 ? "a" : "b")])
  }

  @Test("what is over and whom nobody knows any more is forgotten") func expiry() {
    let chat = Chat()
    chat.connect("a", 1)
    for number in 0..<10 { chat.send("absent\(number):hello", over: 1) }
    chat.settle()
    #expect(chat.manager.clientCount == 11)
    chat.now += Chat.day
    chat.manager.expirePairs(at: chat.now)
    #expect(chat.manager.clientCount == 11)
    chat.now += 2 * Self.period
    chat.manager.expirePairs(at: chat.now)
    #expect(chat.manager.clientCount == 1)
    chat.disconnect(1)
    #expect(chat.manager.clientCount == 0)
  }

  @Test("two that have both gone are forgotten after a day") func bothGone() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    chat.disconnect(1)
    chat.disconnect(2)
    #expect(chat.manager.clientCount == 2)
    chat.now += Chat.day + 2 * Self.period
    chat.manager.expirePairs(at: chat.now)
    #expect(chat.manager.clientCount == 0)
  }

  @Test("a client without peers is forgotten when it leaves") func forgotten() {
    let chat = Chat()
    chat.connect("a", 1)
    #expect(chat.manager.clientCount == 1)
    chat.disconnect(1)
    #expect(chat.manager.clientCount == 0)
  }

  @Test("a pair can be made without a message") func updateChatPairs() {
    let chat = Chat()
    let (a, b) = (chat.connect("a", 1), chat.connect("b", 2))
    chat.manager.updateChatPairs(a, b, at: chat.now)
    chat.disconnect(1)
    #expect(chat.take(2) == [Line.left("a")])
  }

  // MARK: A thousand

  /// A hub that `count` guests, who stay online, have written to, each in a period of its own.
  private func hub(_ count: Int) -> Chat {
    let chat = Chat()
    chat.connect("hub", 0)
    for guest in 1...count {
      chat.now += Self.period
      chat.connect(ClientID(stringLiteral: "guest\(guest)"), ConnectionID(rawValue: UInt64(guest)))
      chat.send("hub:hello", over: ConnectionID(rawValue: UInt64(guest)))
    }
    _ = chat.take(0)
    return chat
  }

  @Test("a client has at most 1,000 peers that are online", arguments: [999, 1000, 1001, 1003])
  func onlinePeers(count: Int) {
    let chat = hub(count)
    chat.disconnect(0)
    for guest in 1...count {
      let lines = chat.take(ConnectionID(rawValue: UInt64(guest)))
      #expect(lines == (guest > count - 1000 ? [Line.left("hub")] : []), "guest \(guest)")
    }
  }

  @Test("of too many, the one whose last message is the oldest is forgotten") func oldest() {
    let chat = hub(1000)
    chat.now += Self.period
    chat.send("hub:again", over: 1)
    chat.connect("late", 2000)
    chat.send("hub:hello", over: 2000)
    _ = chat.take(0)
    chat.disconnect(2)
    #expect(chat.take(0) == [])
    chat.disconnect(1)
    #expect(chat.take(0) == [Line.left("guest1")])
    chat.disconnect(2000)
    #expect(chat.take(0) == [Line.left("late")])
  }

  @Test("a client has at most 1,000 absent addressees", arguments: [999, 1000, 1001, 1003])
  func absentAddressees(count: Int) {
    let chat = Chat()
    chat.connect("a", 0)
    for number in 1...count {
      chat.now += Self.period
      chat.send("absent\(number):hello", over: 0)
    }
    chat.settle()
    #expect(chat.manager.clientCount == min(count, 1000) + 1)
    _ = chat.take(0)
    for number in [1, 2, 3, 4, count] {
      let connection = ConnectionID(rawValue: UInt64(number))
      chat.connect(ClientID(stringLiteral: "absent\(number)"), connection)
      chat.settle()
      // Who was forgotten as a peer has its message nevertheless.
      #expect(chat.take(connection) == [Line.says("a", "hello")])
      chat.disconnect(connection)
      let isPeer = number > count - 1000
      #expect(chat.take(0) == (isPeer ? [Line.left("absent\(number)")] : []), "\(number)")
    }
  }

  @Test("absent addressees do not drive out peers that are online, nor the other way round")
  func kindsApart() {
    let chat = hub(1000)
    for number in 1...1000 { chat.send("absent\(number):hello", over: 0) }
    chat.settle()
    _ = chat.take(0)
    for guest in [1, 500, 1000] as [UInt64] {
      chat.disconnect(ConnectionID(rawValue: guest))
      #expect(chat.take(0) == [Line.left("guest\(guest)")])
    }
    #expect(chat.manager.clientCount == 2001)
  }

  @Test("guests who write and leave do not pile up") func visitors() {
    let chat = Chat()
    chat.connect("hub", 0)
    for guest in 1...3000 {
      let connection = ConnectionID(rawValue: UInt64(guest))
      chat.connect(ClientID(stringLiteral: "guest\(guest)"), connection)
      chat.send("hub:hello", over: connection)
      chat.disconnect(connection)
    }
    #expect(chat.manager.clientCount <= 1002)
    #expect(chat.take(0).suffix(2) == [Line.says("guest3000", "hello"), Line.left("guest3000")])
  }
}
