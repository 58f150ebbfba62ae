import Testing

@testable import Messaging

@Suite("Connection manager: answers of the store") struct ConnectionManagerAnswersTests {
  @Test("what was asked for somebody who has gone is dropped") func gone() {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    chat.store.isDelayed = true
    chat.ask(#"{"type":"history","peer":"b"}"#, over: 1)
    chat.ask(#"{"type":"fetch","seq":1}"#, over: 1)
    chat.ask(#"{"type":"read","to":"b","id":"y"}"#, over: 1)
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.ask(V1.received(1), over: 2)
    chat.join("c", 3)
    for connection in [1, 2, 3] as [ConnectionID] { chat.disconnect(connection) }
    chat.store.isDelayed = false
    chat.settle()
    #expect(!chat.manager.hasFeedsToCheck)
    chat.join("a", 4)
    chat.settle()
    #expect(chat.take(4).contains(V1.delivered("b", "x")))
  }

  @Test("what cannot be done is answered with an error") func unavailable() {
    let chat = Chat.joined("a")
    chat.store.isDelayed = true
    chat.ask(#"{"type":"history","peer":"b","ref":"h"}"#, over: 1)
    chat.ask(#"{"type":"fetch","seq":1,"ref":2}"#, over: 1)
    chat.ask(#"{"type":"read","to":"b","id":"y"}"#, over: 1)
    // The store's first ticket was for the welcome.
    for ticket in 2...4 as ClosedRange<StoreTicket> {
      chat.storeFailed(ticket, .unavailable)
    }
    let answers = chat.take(1)
    #expect(answers.allSatisfy { $0.hasPrefix(#"{"type":"error","code":"unavailable","#) })
    let ends = [#","ref":"h"}"#, #","ref":2}"#, #","id":"y"}"#]
    #expect(zip(answers, ends).allSatisfy { $0.hasSuffix($1) })
  }

  @Test("a read of the log that fails is asked for again") func failedRead() {
    let chat = Chat.joined("a")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    chat.join("b", 2)
    chat.store.answer()
    #expect(chat.take(2).count == 1)
    // The log has been asked for: the answer to that gets lost.
    chat.storeFailed(4, .unavailable)
    chat.manager.resumeStalled(at: chat.now)
    chat.storeAnswered(5, .messages([], more: false))
    chat.ask(V1.send("b", "y", "live"), over: 1)
    #expect(chat.take(2).count == 1)
    #expect(chat.outlet.farewells.isEmpty)
  }

  @Test("a look-up that fails is answered, and what came behind it is handled") func failedLookUp()
  {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    _ = chat.take(1)
    chat.store.isDelayed = true
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.ask(#"{"type":"ping"}"#, over: 1)
    chat.storeFailed(4, .unavailable)
    #expect(chat.errors(1) == ["unavailable x", #"{"type":"pong"}"#])
  }

  @Test("gaps are told behind the welcome") func gaps() {
    let chat = Chat.joined("a", limits: .init(retain: 1000))
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    chat.now += 1001
    chat.join("b", 2)
    chat.settle()
    #expect(
      chat.take(2).map { $0.replacing("\"dedup\":1000", with: "\"dedup\":604800000") }
        == [V1.welcome("b"), #"{"type":"gap","from":"a","count":1}"#]
    )
  }

  @Test("receipts that may have been lost with their connection come again") func lostReceipts() {
    #expect(isToldAgain(after: 60_000, isClean: true) == false)
    #expect(isToldAgain(after: 60_000, isClean: false))
    // It said goodbye, and need not have read what came before.
    #expect(isToldAgain(after: 59_999, isClean: true))
    // A connection with heartbeat has answered a ping by then.
    #expect(isToldAgain(after: 30_000, isClean: true, silenceBound: 30_000) == false)
    #expect(isToldAgain(after: 29_999, isClean: true, silenceBound: 30_000))
  }

  private func isToldAgain(
    after milliseconds: UInt64,
    isClean: Bool,
    silenceBound: UInt64? = nil
  ) -> Bool {
    let chat = Chat.joined("a", "b")
    chat.manager.link.silenceBound = silenceBound
    tellReceipt(in: chat)
    chat.now += milliseconds
    chat.disconnect(1, unsent: [UndeliveredMessage](), isClean: isClean)
    return isToldToNext(in: chat)
  }

  @Test("one broken connection of several is enough to tell receipts again") func oneOfSeveral() {
    for isClean in [true, false] {
      let chat = Chat.joined("a", "b")
      tellReceipt(in: chat)
      chat.join("a", 4)
      chat.settle()
      chat.now += 60_000
      chat.disconnect(1, unsent: [UndeliveredMessage](), isClean: isClean)
      chat.disconnect(4)
      #expect(isToldToNext(in: chat) == !isClean)
    }
  }

  /// Client "a" is told over connection 1 that "b" has a message.
  private func tellReceipt(in chat: Chat) {
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    chat.ask(V1.received(1), over: 2)
    chat.settle()
    #expect(chat.take(1).contains(V1.delivered("b", "x")))
  }

  private func isToldToNext(in chat: Chat) -> Bool {
    chat.join("a", 3)
    chat.settle()
    return chat.take(3).contains(V1.delivered("b", "x"))
  }
}
