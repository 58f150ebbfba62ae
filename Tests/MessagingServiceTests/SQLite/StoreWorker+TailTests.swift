import Messaging
import StoreContract
import TestSupport
import Testing

@testable import MessagingService

@Suite("Tail and tables") struct StoreWorkerTailTests {
  @Test("a log is the same wherever its messages are", arguments: [10, 1023, 1024, 1025, 3000])
  func border(count: Int) throws {
    let folder = try TemporaryFolder()
    var log: [UInt64] = []
    for round in 0..<2 {
      let harness = try SQLiteHarness(in: folder)
      let session = StoreSession(harness)
      if round == 0 {
        for number in 0..<count {
          let (from, to) = [("a", "b"), ("b", "a"), ("c", "b")][number % 3]
          log.append(try session.put(from, to, "\(number)").seq)
          // Each of them a batch of its own, so that the tables take in what has gathered.
          if number % 100 == 0 { _ = try session.find("a", "0") }
        }
        _ = try session.find("a", "0")
      }
      #expect(harness.sqlite.worker.tail.count < StoreWorker.tailCount)
      #expect(harness.sqlite.worker.tail.count > 0 || count >= 1024)
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
