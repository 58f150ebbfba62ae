import Messaging
import StoreContract
import TestSupport
import Testing

@testable import MessagingService

@Suite("Cleaning of a store") struct StoreWorkerCleaningTests {
  @Test("keys go in parts when their time is over, and gaps are counted") func parts() throws {
    let harness = try SQLiteHarness(StoreLimits(messages: 1 << 20, retain: 1000))
    let session = StoreSession(harness)
    let count = 40_000
    for number in 0..<count {
      let call = try session.put("a", "b", "\(number)", at: UInt64(number / 1000))
      if number % 8000 == 0 { try session.settle(call.ticket) }
    }
    for time in 0..<400 as Range<UInt64> {
      _ = try session.find("nobody", "x", at: 5000 + time * 100)
    }
    let database = try harness.idleDatabase()
    #expect(try database.integer("SELECT count(*) FROM messages") == 0)
    // The last part has none behind it that could tell that it is over.
    #expect(try database.integer("SELECT count(*) FROM ids") < 16_384)
    #expect(harness.sqlite.worker.parts.count == 1)
    #expect(try session.find("a", "39999", at: 50_000) == nil)
  }

  @Test("whoever comes late is told how many have gone") func gaps() throws {
    let harness = try SQLiteHarness(StoreLimits(messages: 1 << 20, retain: 1000))
    let session = StoreSession(harness)
    for number in 0..<3000 { try session.put("a\(number % 2)", "b", "\(number)") }
    for time in 0..<30 as Range<UInt64> {
      _ = try session.find("nobody", "x", at: 1000 + time * 20)
    }
    let record = try session.open("b", at: 1700)
    #expect(record.gaps.map(\.count) == [1500, 1500])
    #expect(record.waiting == 0)
    #expect(!harness.store.mayHold(for: try ClientID("b")))
  }
}
