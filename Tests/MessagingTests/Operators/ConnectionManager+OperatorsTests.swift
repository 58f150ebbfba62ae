import Testing

@testable import Messaging

@Suite("What operators do with clients") struct ConnectionManagerOperatorsTests {
  /// Asks how many messages wait.
  private func waiting(_ chat: Chat, _ id: ClientID) -> Result<Int, StoreError>? {
    var answer: Result<Int, StoreError>?
    chat.manager.countWaiting(for: id, at: chat.now) { answer = $0 }
    chat.settle()
    return answer
  }

  @Test("connections of both protocols are known") func connections() {
    let chat = Chat.joined("a", "b")
    chat.connect("a", 7)
    chat.connect("a", 8)
    #expect(chat.manager.connections(of: "a") == [7, 8, 1])
    #expect(chat.manager.connections(of: "nobody") == [])
    #expect(chat.manager.isOnline("a") && !chat.manager.isOnline("nobody"))
  }

  @Test("what waits is counted, and telling it changes nothing") func count() throws {
    let chat = Chat(limits: StoreLimits(retain: 1000))
    for id in ["1", "2"] { try chat.post(#"{"from":"a","to":"b","id":"\#(id)","text":""}"#) }
    chat.settle()
    #expect(waiting(chat, "b") == .success(2))
    #expect(waiting(chat, "nobody") == .success(0))
    chat.now += 1000
    #expect(waiting(chat, "b") == .success(0))
    // What it lost is still to be told.
    chat.join("b", 1)
    chat.settle()
    #expect(chat.take(1).last == #"{"type":"gap","from":"a","count":2}"#)
  }

  @Test("who is removed loses all connections and is told why") func remove() {
    let chat = Chat.joined("a", "b")
    chat.connect("a", 7)
    chat.connect("a", 8)
    chat.outlet.ended = [8]
    #expect(chat.manager.remove("a", through: chat.outlet) == 2)
    #expect(chat.take(1) == [#"{"type":"bye","code":4004}"#])
    #expect(chat.outlet.farewells == [1: .removed, 7: .removed])
    // Once is enough.
    chat.outlet.ended = [7, 8]
    #expect(chat.manager.remove("a", through: chat.outlet) == 0)
    #expect(chat.manager.remove("nobody", through: chat.outlet) == 0)
  }

  @Test("an erased log is empty, and its owner goes on") func erase() throws {
    let chat = Chat.joined("a", "b")
    chat.ask(V1.send("b", "x", "hi"), over: 1)
    chat.settle()
    var answer: Result<Int, StoreError>?
    chat.manager.erase("b") { answer = $0 }
    chat.settle()
    #expect(answer == .success(1))
    _ = (chat.take(1), chat.take(2))
    // What it had got may still be acknowledged.
    chat.ask(V1.received(1), over: 2)
    chat.ask(V1.send("b", "y", "ho"), over: 1)
    chat.settle()
    #expect(chat.take(2) == [V1.message("a", "y", 2, "ho", at: chat.at)])
    chat.ask(#"{"type":"history","peer":"a"}"#, over: 2)
    chat.settle()
    let history = try #require(chat.take(2).first)
    #expect(history.contains(#""id":"y""#) && !history.contains(#""id":"x""#))
  }

  @Test("what an erased log held makes room for as much", arguments: [false, true])
  func room(isDelayed: Bool) {
    let chat = Chat.joined("a", "b", limits: StoreLimits(messages: 3))
    for id in ["1", "2"] { chat.ask(V1.send("b", id, "hi"), over: 1) }
    if !isDelayed { chat.settle() }
    chat.manager.erase("b") { _ in }
    // One comes before the store has answered, and counts.
    chat.ask(V1.send("b", "3", "hi"), over: 1)
    chat.settle()
    _ = (chat.take(1), chat.take(2))
    for id in ["4", "5", "6"] { chat.ask(V1.send("b", id, "hi"), over: 1) }
    #expect(chat.take(2).count == 2)
    chat.settle()
    #expect(
      chat.errors(1).filter { $0.hasPrefix("mailbox_full") } == ["mailbox_full 6"]
    )
    #expect(waiting(chat, "b") == .success(3))
  }

  @Test("an acknowledgement that is under way counts once", arguments: [false, true])
  func acknowledging(isFailing: Bool) {
    let chat = Chat.joined("a", "b", limits: StoreLimits(messages: 2))
    for id in ["1", "2"] { chat.ask(V1.send("b", id, "hi"), over: 1) }
    chat.settle()
    chat.ask(V1.received(1), over: 2)
    chat.manager.erase("b") { _ in }
    chat.settle()
    let details = chat.manager.clients[chat.manager.find("b") ?? 0].details
    #expect(details?.waiting?.count == 0)
    #expect(details?.waiting?.bytes == 0)
    chat.ask(V1.send("b", "3", "hi"), over: 1)
    #expect(details?.waiting?.count == 1)
  }

  @Test("a log that could not be erased counts again") func failed() {
    let chat = Chat.joined("a", "b")
    for id in ["1", "2"] { chat.ask(V1.send("b", id, "hi"), over: 1) }
    chat.settle()
    chat.ask(V1.received(1), over: 2)
    let details = chat.manager.clients[chat.manager.find("b") ?? 0].details
    var answers: [Result<Int, StoreError>] = []
    chat.manager.erase("b") { answers.append($0) }
    chat.manager.erase("b") { answers.append($0) }
    #expect(details?.waiting?.count == 0)
    // The first of the two is told that it failed, the second that it did not.
    let failing = chat.manager.unfinished.value.erasures[0]
    chat.round()
    #expect(failing.count == 1 && answers.count == 2)
    #expect(details?.waiting?.count == 0)
    chat.store.isDelayed = true
    for id in ["3", "4"] { chat.ask(V1.send("b", id, "hi"), over: 1) }
    chat.manager.erase("b") { answers.append($0) }
    chat.ask(V1.send("b", "5", "hi"), over: 1)
    #expect(details?.waiting?.count == 1)
    // As a store on disk answers that has failed meanwhile.
    let oldest = chat.manager.unfinished.value.awaited.oldest ?? 0
    for ticket in oldest..<oldest + 2 { chat.storeKept(through: ticket) }
    chat.storeFailed(oldest + 2, .unavailable)
    #expect(answers.last == .failure(.unavailable))
    #expect(details?.waiting?.count == 3)
  }

  @Test("a client that connects while its log is erased begins with nothing") func connecting() {
    let chat = Chat.joined("a")
    chat.ask(V1.send("b", "1", "hi"), over: 1)
    chat.settle()
    chat.join("b", 2)
    chat.manager.erase("b") { _ in }
    chat.ask(V1.send("b", "2", "ho"), over: 1)
    chat.settle()
    let details = chat.manager.clients[chat.manager.find("b") ?? 0].details
    #expect(details?.waiting?.count == 1)
    #expect(chat.take(2).last == V1.message("a", "2", 2, "ho", at: chat.at))
  }
}
