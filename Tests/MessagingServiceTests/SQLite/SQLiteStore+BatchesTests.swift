import Messaging
import StoreContract
import TestSupport
import Testing

@testable import MessagingService

@Suite("Batches of a store") struct SQLiteStoreBatchesTests {
  @Test("what comes while a batch is under way is the next, however much it is") func batches()
    throws
  {
    let harness = try SQLiteHarness(StoreLimits(messages: 1 << 20))
    let session = StoreSession(harness)
    let first = try session.put("a", "b", "first").ticket
    try harness.run { harness.sqlite.isBusy }
    var last: StoreTicket = 0
    for number in 0..<20_000 { last = try session.put("a", "b", "\(number)").ticket }
    try session.settle(last)
    // One alone, then as many at a time as one transaction takes.
    #expect(
      session.events == [
        .kept(first), .kept(first + 8192), .kept(first + 16_384), .kept(last),
      ]
    )
  }

  @Test("a batch takes in so many bytes and no more") func bytes() throws {
    let harness = try SQLiteHarness()
    let session = StoreSession(harness)
    let body = [UInt8](repeating: 1, count: 3 << 20)
    let first = try session.put("a", "b", "first").ticket
    try harness.run { harness.sqlite.isBusy }
    var last: StoreTicket = 0
    for number in 0..<10 { last = try session.put("a", "b\(number)", "\(number)", body).ticket }
    try session.settle(last)
    #expect(session.events == [.kept(first), .kept(first + 6), .kept(last)])
  }

  @Test("the write-ahead log begins anew again and again") func log() throws {
    let harness = try SQLiteHarness(StoreLimits(messages: 1 << 20))
    let session = StoreSession(harness)
    let body = [UInt8](repeating: 65, count: 20_000)
    var longest = 0
    for number in 0..<6000 {
      let call = try session.put("a", "b\(number % 50)", "\(number)", body)
      guard number % 20 == 0 else { continue }
      try session.settle(call.ticket)
      longest = max(longest, try harness.idleDatabase().logPages)
    }
    // Without that it would have 30,000 pages.
    #expect(longest < 15_000)
  }

  @Test("calls in an observer are answered, too") func reentrant() throws {
    final class Echo: MessageStoreObserver {
      let store: any MessageStore
      var answers = 0
      init(_ store: any MessageStore) { self.store = store }
      func storeKept(through ticket: StoreTicket) {}
      func storeFailed(_ ticket: StoreTicket, _ error: StoreError) {}
      func storeAnswered(_ ticket: StoreTicket, _ answer: StoreAnswer) {
        answers += 1
        guard answers < 100 else { return }
        _ = store.find(MessageKey(rawValue: 1), at: StoreSession.start)
      }
    }
    let harness = try SQLiteHarness()
    let echo = Echo(harness.store)
    harness.store.observer = echo
    _ = harness.store.find(MessageKey(rawValue: 1), at: StoreSession.start)
    try harness.run { echo.answers == 100 }
  }
}
