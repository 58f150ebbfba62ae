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
      chat.manager.storeFailed(ticket, .unavailable, through: chat.outlet)
    }
    let answers = chat.take(1)
    #expect(answers.allSatisfy { $0.hasPrefix(#"{"type":"error","code":"unavailable","#) })
    let ends = [#","ref":"h"}"#, #","ref":2}"#, #","id":"y"}"#]
    #expect(zip(answers, ends).allSatisfy { $0.hasSuffix($1) })
  }

  @Test("a read of the log that fails sends the client away, to come back") func failedRead() {
    let chat = Chat.joined("a")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    chat.join("b", 2)
    chat.store.isDelayed = true
    chat.round()
    chat.store.isDelayed = false
    chat.store.answer()
    // The welcome is there, and the log has been asked for.
    chat.manager.storeFailed(4, .unavailable, through: chat.outlet)
    #expect(chat.outlet.farewells == [2: .unavailable])
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
}
