import Messaging
import StoreContract
import TestSupport
import Testing

@testable import MessagingService

@Suite("Tail and tables") struct StoreWorkerTailTests {
  @Test(
    "a log is the same wherever its messages are, and while tables take them in",
    arguments: [10, 1023, 1024, 1025, 3000],
    [0, 1, 2, 3, 4]
  )
  func border(count: Int, batches: Int) throws {
    let folder = try TemporaryFolder()
    var log: [UInt64] = []
    for round in 0..<2 {
      let harness = try SQLiteHarness(in: folder)
      let session = StoreSession(harness)
      if round == 0 {
        for number in 0..<count {
          let (from, to) = [("a", "b"), ("b", "a"), ("c", "b")][number % 3]
          log.append(try session.put(from, to, "\(number)").seq)
          if number == 1023 { _ = try session.find("a", "0") }
        }
        // With each batch one of the tables takes in what has gathered.
        for _ in 0..<batches { _ = try session.find("a", "0") }
      }
      #expect(try session.read("b", own: true).map(\.seq) == log)
      let fromB = log.enumerated().filter { $0.offset % 3 == 1 }.map(\.element)
      #expect(try session.read("a").map(\.seq) == fromB)
      let between = log.enumerated().filter { $0.offset % 3 != 2 }.map(\.element)
      var history: [UInt64] = []
      while case let page = try session.history("a", "b", before: history.last, limit: 100),
        !page.entries.isEmpty
      {
        history += page.entries.map(\.seq)
        #expect(page.more == (history.count < between.count))
      }
      #expect(history == between.reversed())
      #expect(try session.open("b", since: 0).following == count)
      #expect(try session.open("b").waiting == count - fromB.count)
      #expect(try session.find("a", "0")?.seq == log[0])
      #expect(try session.find(["a", "b", "c"][(count - 1) % 3], "\(count - 1)")?.seq == log.last)
      if round == 1 {
        #expect(try session.acknowledge("b", through: log[count / 2]).count > 0)
        #expect(try session.acknowledge("b", through: .max).count > 0)
        #expect(try session.open("b").waiting == 0)
        #expect(try session.erase("b") == count)
        #expect(try session.read("b", own: true).isEmpty)
      }
      try harness.close()
    }
  }
}

extension StoreWorkerTailTests {
  @Test("each batch has one table take in what has gathered, until all have") func steps() throws {
    let harness = try SQLiteHarness()
    let session = StoreSession(harness)
    let worker = harness.sqlite.worker
    var last: UInt64 = 0
    for number in 0..<1023 { last = try session.put("a", "b", "\(number)").seq }
    _ = try session.open("b")
    _ = try harness.idleDatabase()
    #expect(worker.tail.count == 1023 && worker.indexing.goal == nil)
    // One more and it begins; from here on the test is who has the worker do something.
    worker.indexing.goal = (last, .inbox)
    for table in StoreIndexing.Table.allCases {
      #expect(worker.indexing[table] == 0)
      #expect(worker.run(StoreBatch()).problem == nil)
      #expect(worker.indexing[table] == last)
      #expect(worker.tail.count == (table == .ids ? 0 : 1023))
    }
    #expect(worker.indexing.goal == nil && worker.indexing.all == last)
    #expect(try session.open("b").waiting == 1023)
  }
}
