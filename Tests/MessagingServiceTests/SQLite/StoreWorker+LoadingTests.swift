import Messaging
import StoreContract
import TestSupport
import Testing

@testable import MessagingService

@Suite("What a store knows from before") struct StoreWorkerLoadingTests {
  @Test("keys and clients with messages are known at once, and exactly after a while")
  func loading() throws {
    let folder = try TemporaryFolder()
    // More than are read while the store is opened.
    let count = 80_000
    do {
      let harness = try SQLiteHarness(in: folder)
      let session = StoreSession(harness)
      for number in 0..<count {
        let call = try session.put("a\(number % 100)", "b\(number % 3000)", "\(number)")
        if number % 8000 == 0 { try session.settle(call.ticket) }
      }
      _ = try session.acknowledge("b7", through: .max)
      try harness.close()
    }
    let harness = try SQLiteHarness(in: folder)
    let session = StoreSession(harness)
    #expect(harness.sqlite.oldKeys != nil)
    #expect(session.store.mayKnow(session.key("a5", "5")))
    // Meanwhile life goes on.
    let call = try session.put("new", "b7", "1")
    #expect(try session.find("a5", "5") != nil)
    try session.settle(call.ticket)
    _ = try session.acknowledge("b8", through: .max)
    try harness.run { harness.sqlite.oldKeys == nil }
    for number in 0..<count {
      try #require(session.store.mayKnow(session.key("a\(number % 100)", "\(number)")))
    }
    #expect(session.store.mayKnow(session.key("new", "1")))
    let wrong = (0..<10_000).count { session.store.mayKnow(session.key("x", "\($0)")) }
    #expect(wrong < 200)
    for number in 0..<3000 {
      #expect(session.store.mayHold(for: try ClientID("b\(number)")) == (number != 8))
    }
    #expect(!session.store.mayHold(for: try ClientID("a5")))
  }
}
