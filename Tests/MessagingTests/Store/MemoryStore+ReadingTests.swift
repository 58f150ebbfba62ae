import Messaging
import StoreContract
import Testing

@Suite("Memory store: what is asked for") struct MemoryStoreReadingTests {
  @Test("logs and histories are right while messages come and go in any order") func mixed() throws
  {
    // Ten messages have room: each acknowledgement lets others go from the middle of logs.
    let session = StoreSession(MemoryStoreTests.Harness(StoreLimits(totalBytes: 1350)))
    var last: [String: UInt64] = [:]
    for number in 1...2000 {
      let (from, to) = [("a", "b"), ("a", "c"), ("b", "a"), ("c", "c")][number * 7 % 4]
      let call = try session.put(from, to, "\(number)")
      try session.settle(call.ticket)
      if session.events.last == .kept(call.ticket) { last[to] = call.seq }
      if number % 3 == 0 { _ = try session.acknowledge(to, through: last[to] ?? 0) }
      guard number % 10 == 0 else { continue }
      for client in ["a", "b", "c"] {
        let log = try session.read(client, own: true)
        #expect(zip(log, log.dropFirst()).allSatisfy { $0.seq < $1.seq })
        #expect(log.allSatisfy { $0.from.description == client || $0.to.description == client })
        #expect(try session.open(client, since: 0).following == log.count)
        #expect(try session.open(client).last == log.last?.seq ?? 0)
        for peer in ["a", "b", "c"] {
          let between = log.filter {
            [$0.from, $0.to].map(\.description).sorted() == [client, peer].sorted()
          }
          let history = try session.history(client, peer).entries
          #expect(history.map(\.seq) == between.map(\.seq).reversed())
        }
      }
    }
  }
}
