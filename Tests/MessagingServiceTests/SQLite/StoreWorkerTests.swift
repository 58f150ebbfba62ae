import CSQLite
import Messaging
import StoreContract
import TestSupport
import Testing

@testable import MessagingService

@Suite("Worker of a store") struct StoreWorkerTests {
  @Test("a batch that fails changes nothing, and what is remembered is right") func undone() throws
  {
    let harness = try SQLiteHarness()
    let session = StoreSession(harness)
    #expect(try session.keep("a", "b", "1") == .kept)
    let seq = try session.open("b").last
    try harness.setBroken(true)
    let tickets = [
      try session.put("new", "b", "2").ticket,
      session.store.acknowledge(try ClientID("b"), through: seq, at: StoreSession.start),
      session.store.erase(try ClientID("a")),
    ]
    try session.settle(tickets[2])
    #expect(session.events.suffix(3) == tickets.map { .failed($0, .unavailable) })
    try harness.setBroken(false)
    try harness.run { harness.store.isAvailable }
    let record = try session.open("b", since: 0)
    #expect(record.waiting == 1 && record.received == 0 && record.following == 1)
    #expect(try session.open("new") == ClientRecord())
    #expect(try session.open("a", since: 0).following == 1)
  }

  @Test("damage that is met later is said, and needs a restart") func damage() throws {
    let harness = try SQLiteHarness()
    let session = StoreSession(harness)
    try session.put("a", "b", "1", form: .data)
    _ = try session.open("b")
    // A form that there is not.
    let database = try harness.idleDatabase()
    try database.execute("UPDATE messages SET form = 77")
    let ticket = session.store.read(
      try ClientID("b"),
      after: 0,
      own: false,
      bytes: 100,
      at: StoreSession.start
    )
    try session.settle(ticket)
    #expect(session.events.last == .failed(ticket, .unavailable))
    #expect(harness.sqlite.problem?.contains("damaged") == true)
    #expect(harness.sqlite.isLost)
  }
}
