import Messaging
import Testing

extension StoreRule {
  static let bounds = [
    StoreRule("as many messages as may wait for one client", limits: StoreLimits(messages: 3)) {
      (session) throws in
      var last: UInt64 = 0
      for id in ["1", "2", "3"] {
        #expect(try session.keep("a", "b", id) == .kept)
        last = try session.open("b").last
      }
      #expect(try session.keep("a", "b", "4") == .failed(.full))
      #expect(try session.keep("c", "b", "4") == .failed(.full))
      // Nothing is left of it, and others are not concerned.
      #expect(try session.find("a", "4") == nil)
      #expect(try session.open("b").last == last)
      #expect(try session.keep("a", "c", "5") == .kept)
      #expect(!session.store.isFull)
      _ = try session.acknowledge("b", through: last - 1)
      #expect(try session.keep("a", "b", "4") == .kept)
      #expect(try session.keep("a", "b", "6") == .kept)
      #expect(try session.keep("a", "b", "7") == .failed(.full))
    },
    StoreRule("as many bytes as may wait for one client", limits: StoreLimits(bytes: 1000)) {
      (session) throws in
      // Each counts for 128 bytes more than its body.
      #expect(try session.keep("a", "b", "0", Array(repeating: 7, count: 873)) == .failed(.full))
      #expect(try session.keep("a", "c", "1", Array(repeating: 7, count: 872)) == .kept)
      #expect(try session.keep("a", "d", "2", Array(repeating: 7, count: 871)) == .kept)
      #expect(try session.keep("a", "b", "3", Array(repeating: 7, count: 372)) == .kept)
      #expect(try session.keep("a", "b", "4", Array(repeating: 7, count: 373)) == .failed(.full))
      #expect(try session.keep("a", "b", "5", Array(repeating: 7, count: 372)) == .kept)
      let record = try session.open("b")
      #expect(record.waiting == 2 && record.waitingBytes == 1000)
      let gone = try session.acknowledge("b", through: record.last)
      #expect(gone.count == 2 && gone.bytes == 1000)
      #expect(try session.keep("a", "b", "6", Array(repeating: 7, count: 872)) == .kept)
    },
    StoreRule(
      "what is refused within one batch leaves room for the next",
      limits: StoreLimits(messages: 2)
    ) { (session) throws in
      let client = try ClientID("b")
      let calls = try ["1", "2", "3"].map { try session.put("a", "b", $0) }
      let acknowledged = session.store.acknowledge(
        client,
        through: calls[0].seq,
        at: StoreSession.start
      )
      let later = try ["4", "5"].map { try session.put("a", "b", $0) }
      try session.settle(later[1].ticket)
      #expect(
        session.events == [
          .kept(calls[1].ticket), .failed(calls[2].ticket, .full), .answered(acknowledged),
          .kept(later[0].ticket), .failed(later[1].ticket, .full),
        ]
      )
    },
    StoreRule(
      "when all room is taken, acknowledged history goes, and what waits does not",
      limits: StoreLimits(totalBytes: 2 << 20)
    ) { (session) throws in
      let body = [UInt8](repeating: 65, count: 10_000)
      #expect(try session.keep("a", "c", "waits", body) == .kept)
      for number in 0..<600 {
        #expect(try session.keep("a", "b", "\(number)", body) == .kept)
        _ = try session.acknowledge("b", through: 1 << 60)
      }
      #expect(!session.store.isFull)
      let history = try session.history("b", "a", limit: 100)
      #expect(states(history.entries).first == "599 delivered")
      #expect(try session.fetch("b", session.store.firstNumber + 1) == nil)
      #expect(ids(try session.read("c")) == ["waits"])
      // Now nobody acknowledges.
      var kept = 0
      while try session.keep("a", "d", "d\(kept)", body) == .kept, kept < 300 { kept += 1 }
      #expect(kept > 50 && kept < 300)
      let client = try session.open("d")
      #expect(client.waiting == kept)
      #expect(ids(try session.read("c")) == ["waits"])
      _ = try session.acknowledge("d", through: client.last)
      #expect(!session.store.isFull)
      #expect(try session.keep("a", "d", "again", body) == .kept)
    },
  ]
}
