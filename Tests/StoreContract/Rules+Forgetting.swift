import Messaging
import Testing

extension StoreRule {
  static let forgetting = [
    StoreRule("what has waited for too long is a gap, told once", limits: .brief) {
      (session) throws in
      for (from, id, at) in [("a", "1", 0), ("c", "2", 1), ("a", "3", 2), ("a", "4", 500)] {
        #expect(try session.keep(from, "b", id, at: UInt64(at)) == .kept)
      }
      #expect(try session.open("b", at: 999).gaps == [])
      let record = try session.open("b", at: 1002)
      #expect(record.gaps.count == 2)
      #expect(record.gaps.contains(Gap(from: try ClientID("a"), count: 2)))
      #expect(record.gaps.contains(Gap(from: try ClientID("c"), count: 1)))
      #expect(record.waiting == 1 && record.following == 1 && record.waitingBytes == 135)
      #expect(try session.open("b", at: 1003).gaps == [])
      #expect(ids(try session.read("b", at: 1003)) == ["4"])
      #expect(try session.acknowledge("b", through: 1 << 40, at: 1003).count == 1)
    },
    StoreRule("what is older than may be is not shown", limits: .brief) { (session) throws in
      let seq = try session.put("a", "b", "1", at: 0).seq
      try session.put("a", "b", "2", at: 10)
      _ = try session.acknowledge("b", through: 1 << 40, at: 20)
      #expect(try session.history("a", "b", at: 999).entries.count == 2)
      #expect(try session.fetch("a", seq, at: 999) != nil)
      #expect(try session.read("b", at: 999).count == 2)
      #expect(try session.history("a", "b", at: 1000).entries.count == 1)
      #expect(try session.fetch("a", seq, at: 1000) == nil)
      #expect(ids(try session.read("b", at: 1000)) == ["2"])
      #expect(try session.open("b", since: 0, at: 1000).following == 1)
      // It was acknowledged: nobody has lost anything.
      #expect(try session.open("b", at: 5000).gaps == [])
    },
    StoreRule("what has waited for too long leaves room", limits: .briefAndSmall) {
      (session) throws in
      #expect(try session.keep("a", "b", "1", at: 0) == .kept)
      #expect(try session.keep("a", "b", "2", at: 0) == .kept)
      #expect(try session.keep("a", "b", "3", at: 999) == .failed(.full))
      #expect(try session.keep("a", "b", "4", at: 1000) == .kept)
      let record = try session.open("b", at: 1000)
      #expect(record.waiting == 1)
      #expect(record.gaps == [Gap(from: try ClientID("a"), count: 2)])
    },
    StoreRule("what waits is counted, and what is told later stays", limits: .brief) {
      (session) throws in
      #expect(try session.countWaiting("b") == 0)
      let first = try session.put("a", "b", "1", at: 0).seq
      try session.put("a", "b", "2", at: 500)
      try session.put("b", "a", "3", at: 500)
      #expect(try session.countWaiting("b", at: 999) == 2)
      #expect(try session.countWaiting("b", at: 1000) == 1)
      #expect(try session.countWaiting("a", at: 1000) == 1)
      let record = try session.open("b", at: 1000)
      #expect(record.waiting == 1)
      #expect(try record.gaps == [Gap(from: ClientID("a"), count: 1)])
      _ = try session.acknowledge("b", through: first + 1, at: 1000)
      #expect(try session.countWaiting("b", at: 1000) == 0)
    },
    StoreRule("what an erased log held leaves room", limits: .briefAndSmall) {
      (session) throws in
      #expect(try session.keep("a", "b", "1") == .kept)
      let last = try session.put("a", "b", "2").seq
      #expect(try session.keep("a", "b", "3") == .failed(.full))
      _ = try session.acknowledge("b", through: last - 1)
      #expect(try session.erase("b") == 2)
      #expect(try session.countWaiting("b") == 0)
      #expect(try session.keep("a", "b", "4") == .kept)
      // What was sent before may be acknowledged late: it counts for nothing.
      let late = try session.acknowledge("b", through: last)
      #expect(late.count == 0 && late.bytes == 0 && late.receipts.isEmpty)
      #expect(try session.countWaiting("b") == 1)
      #expect(ids(try session.read("b")) == ["4"])
      #expect(try session.keep("a", "b", "5") == .kept)
      #expect(try session.keep("a", "b", "6") == .failed(.full))
    },
    StoreRule("who erases its log leaves the others theirs") { (session) throws in
      for (from, to, id) in [("a", "b", "1"), ("b", "a", "2"), ("c", "a", "3"), ("b", "c", "4")] {
        #expect(try session.keep(from, to, id) == .kept)
      }
      #expect(try session.erase("a") == 3)
      #expect(try session.open("a", since: 0) == ClientRecord())
      #expect(try session.read("a", own: true) == [])
      #expect(try session.history("a", "b").entries == [])
      #expect(try session.erase("a") == 0)
      #expect(ids(try session.read("b", own: true)) == ["1", "2", "4"])
      #expect(states(try session.history("b", "a").entries) == ["2 accepted", "1 accepted"])
      #expect(try session.open("b").waiting == 1)
      // The ids are not free again.
      #expect(try session.find("a", "1")?.isWaiting == true)
      #expect(try session.find("c", "3")?.isWaiting == false)
      #expect(try session.markRead("c", "3", by: "a") == .unknown)
      #expect(try session.erase("b") == 3)
      #expect(try session.find("a", "1")?.isWaiting == false)
      // Life goes on.
      #expect(try session.keep("a", "b", "5") == .kept)
      #expect(ids(try session.read("b")) == ["5"])
      #expect(states(try session.history("a", "b").entries) == ["5 accepted"])
    },
  ]
}

extension StoreLimits {
  /// Two messages, for a second.
  static let briefAndSmall = StoreLimits(messages: 2, retain: 1000)
}
