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
    #expect(awaited.oldest == 5)
    #expect(client(awaited.take(6)) == nil)
    #expect(client(awaited.take(5)) == 5)
    #expect(client(awaited.take(5)) == nil)
    #expect(client(awaited.take(7, through: true)) == 6)
    #expect(client(awaited.take(7, through: true)) == 7)
    #expect(client(awaited.take(9, through: true)) == nil)
    #expect(awaited.oldest == nil)
  }
}
