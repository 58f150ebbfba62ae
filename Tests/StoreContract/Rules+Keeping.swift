import Messaging
import Testing

extension StoreRule {
  static let answering = [
    StoreRule("nothing is answered within a call, all of it later, in order") { (session) throws in
      let store = session.store
      var tickets: [StoreTicket] = []
      tickets.append(try session.put("a", "b", "1").ticket)
      tickets.append(store.find(session.key("a", "1"), at: StoreSession.start))
      tickets.append(try session.put("a", "b", "2").ticket)
      tickets.append(store.open(try ClientID("b"), since: nil, at: StoreSession.start))
      tickets.append(
        store.acknowledge(try ClientID("b"), through: 1 << 60, at: StoreSession.start)
      )
      tickets.append(store.erase(try ClientID("b")))
      #expect(session.events.isEmpty)
      try session.settle(tickets[5])
      #expect(tickets == (0..<6).map { tickets[0] + $0 })
      #expect(
        session.events == [
          .kept(tickets[0]), .answered(tickets[1]), .kept(tickets[2]), .answered(tickets[3]),
          .answered(tickets[4]), .answered(tickets[5]),
        ]
      )
    },
    StoreRule("messages that follow each other may be answered as one, and all are") {
      (session) throws in
      var last: StoreTicket = 0
      for number in 0..<500 { last = try session.put("a", "b", "\(number)").ticket }
      try session.settle(last)
      #expect(session.events.last == .kept(last))
      #expect(try session.open("b").waiting == 500)
    },
    StoreRule("what a call has changed counts for the next one") { (session) throws in
      let store = session.store
      let client = try ClientID("b")
      let seq = try session.put("a", "b", "1").seq
      let found = store.find(session.key("a", "1"), at: StoreSession.start)
      let read = store.read(client, after: 0, own: false, bytes: 1000, at: StoreSession.start)
      _ = store.acknowledge(client, through: seq, at: StoreSession.start)
      let again = store.find(session.key("a", "1"), at: StoreSession.start)
      guard case .found(let before?) = try session.answer(found),
        case .messages(let messages, _) = try session.answer(read),
        case .found(let after?) = try session.answer(again)
      else { throw WrongAnswer() }
      #expect(before.isWaiting && !after.isWaiting)
      #expect(ids(messages) == ["1"])
    },
  ]

  static let keeping = [
    StoreRule("numbers begin at the first and rise; not each must be used") { (session) throws in
      let store = session.store
      let numbers = try (0..<1000).map { _ in try #require(store.nextNumber()) }
      #expect(numbers.first == store.firstNumber)
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
      #expect(try session.keep("a", "b", "1") == .kept)
      #expect(try session.open("b").last > numbers[999])
    },
    StoreRule("a message is known from the call on that keeps it") { (session) throws in
      let key = session.key("a", "1")
      _ = try session.find("a", "1")
      let call = try session.put("a", "b", "1", at: 5)
      #expect(session.store.mayKnow(key))
      try session.settle(call.ticket)
      let known = try #require(try session.find("a", "1", at: 6))
      let expected = KnownMessage(
        seq: call.seq,
        at: StoreSession.start + 5,
        digest: 1,
        isWaiting: true
      )
      #expect(known == expected)
      // The same id of another sender, and another one of the same.
      #expect(try session.find("b", "1") == nil)
      #expect(try session.find("a", "2") == nil)
      _ = try session.acknowledge("b", through: call.seq)
      #expect(try session.find("a", "1")?.isWaiting == false)
    },
    StoreRule("a key is known for as long as it is to be, and no longer", limits: .brief) {
      (session) throws in
      #expect(try session.keep("a", "b", "1", at: 0) == .kept)
      #expect(try session.find("a", "1", at: 999) != nil)
      #expect(try session.find("a", "1", at: 1000) == nil)
      // The id may be used anew then.
      #expect(try session.keep("a", "b", "1", at: 1000) == .kept)
      #expect(try session.find("a", "1", at: 1001) != nil)
    },
    StoreRule("bodies, labels and ids of any kind come back as they were") { (session) throws in
      let large = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      let id = String(repeating: "é", count: 32)
      let client = String(repeating: "ü", count: 32)
      try session.put(client, "b", id, large, form: .binary, mime: "image/png", name: "Bild ä.png")
      try session.put("a", "b", "0", [], form: .plainText)
      try session.put("a", "b", "nul", [0, 1, 0], form: .data, name: "n")
      let messages = try session.read("b", bytes: 10 << 20)
      #expect(messages.count == 3)
      #expect(messages[0].body.elementsEqual(large))
      #expect(messages[0].from.description == client)
      #expect(messages[0].id == Array(id.utf8))
      #expect(messages[0].form == .binary)
      #expect(String(decoding: messages[0].mime, as: UTF8.self) == "image/png")
      #expect(String(decoding: messages[0].name, as: UTF8.self) == "Bild ä.png")
      #expect(messages[1].body.isEmpty && messages[1].form == .plainText)
      #expect(messages[1].mime.isEmpty && messages[1].name.isEmpty)
      #expect(messages[2].body == [0, 1, 0] && messages[2].form == .data)
    },
    StoreRule("whether messages wait for somebody is known") { (session) throws in
      let client = try ClientID("b")
      _ = try session.open("b")
      let call = try session.put("a", "b", "1")
      #expect(session.store.mayHold(for: client))
      try session.settle(call.ticket)
      #expect(session.store.mayHold(for: client))
    },
    StoreRule("a store that is broken says so, and works again when it is mended") {
      (session) throws in
      #expect(try session.keep("a", "b", "1") == .kept)
      #expect(session.store.isAvailable)
      try session.harness.setBroken(true)
      #expect(try session.keep("a", "b", "2") == .failed(.unavailable))
      #expect(!session.store.isAvailable)
      #expect(try session.keep("a", "b", "3") == .failed(.unavailable))
      try session.harness.setBroken(false)
      try session.harness.run { session.store.isAvailable }
      #expect(try session.keep("a", "b", "4") == .kept)
      // What failed may come again, and is not known.
      #expect(try session.find("a", "2") == nil)
      #expect(try session.keep("a", "b", "2") == .kept)
      #expect(ids(try session.read("b")) == ["1", "4", "2"])
    },
  ]
}

extension StoreLimits {
  /// Messages and keys are kept for a second.
  static let brief = StoreLimits(retain: 1000)
}
