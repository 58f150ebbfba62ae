import Testing

@testable import Messaging

@Suite("Look-ups in the store") struct AwaitedTests {
  private let key = MessageKey(rawValue: 5)

  @Test("what is kept while one is under way is known to its answer") func kept() {
    var lookUps = LookUps()
    lookUps.begin()
    #expect(!lookUps.hasKept(key))
    lookUps.noteKept(key)
    #expect(lookUps.hasKept(key))
    #expect(!lookUps.hasKept(MessageKey(rawValue: 6)))
  }

  @Test("it is forgotten with the last of them, and not noted without any") func forgotten() {
    var lookUps = LookUps()
    lookUps.noteKept(key)
    lookUps.begin()
    #expect(!lookUps.hasKept(key))
    lookUps.begin()
    lookUps.noteKept(key)
    lookUps.end()
    #expect(lookUps.hasKept(key))
    lookUps.end()
    lookUps.begin()
    #expect(!lookUps.hasKept(key))
  }
}

@Suite("Calls of the store that wait") struct AwaitedAnswersTests {
  private func client(_ what: Awaited?) -> UInt32? {
    if case .openFeed(let client) = what { client } else { nil }
  }

  @Test("they are taken in their order, by their tickets") func order() {
    var awaited = AwaitedAnswers()
    for ticket in 5...7 as ClosedRange<StoreTicket> {
      awaited.append(ticket, .openFeed(UInt32(ticket)))
    }
    let oldest = awaited.oldest
    #expect(oldest == 5)
    let one = [awaited.take(6), awaited.take(5), awaited.take(5)].map(client)
    #expect(one == [nil, 5, nil])
    let rest = (0..<3).map { _ in client(awaited.take(7, through: true)) }
    #expect(rest == [6, 7, nil])
    let none = awaited.oldest
    #expect(none == nil)
  }

  @Test("messages that wait to be accepted are taken after their calls, in their order")
  func accepts() {
    var awaited = AwaitedAnswers()
    for ticket in 1...3 as ClosedRange<StoreTicket> {
      if ticket == 2 {
        awaited.append(ticket, .openFeed(7))
      } else {
        let accept = Awaited.Accept(
          connection: 1,
          id: [],
          seq: ticket,
          at: 0,
          state: .sent,
          target: .none,
          bytes: 0
        )
        awaited.append(ticket, accepting: accept)
      }
    }
    var taken: [StoreTicket?] = []
    while let what = awaited.take(3, through: true) {
      if case .accept = what { taken.append(awaited.takeAccept()?.seq) } else { taken.append(nil) }
    }
    #expect(taken == [1, nil, 3])
  }
}
