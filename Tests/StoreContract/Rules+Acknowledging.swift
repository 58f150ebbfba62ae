import Messaging
import Testing

extension StoreRule {
  static let acknowledging = [
    StoreRule("an acknowledgement counts for all messages before it") { (session) throws in
      let seqs = try ["1", "2", "3", "4"].map { try session.put("a", "b", $0, [1, 2]).seq }
      let first = try session.acknowledge("b", through: seqs[2])
      #expect(first.count == 3 && first.bytes == 390)
      #expect(lines(first.receipts) == ["delivered a→b 3"])
      #expect(try session.open("b").waiting == 1)
      #expect(try session.open("b").received == seqs[2])
      // Again, and backwards.
      for seq in [seqs[2], seqs[0], 0] {
        let none = Acknowledgement(count: 0, bytes: 0, receipts: [])
        #expect(try session.acknowledge("b", through: seq) == none)
        #expect(try session.open("b").received == seqs[2])
      }
      #expect(lines(try session.acknowledge("b", through: seqs[3]).receipts) == ["delivered a→b 4"])
      let record = try session.open("b")
      #expect(record.waiting == 0 && record.waitingBytes == 0 && record.received == seqs[3])
    },
    StoreRule("beyond all numbers, it counts for those that have been given") { (session) throws in
      #expect(try session.keep("a", "b", "1") == .kept)
      #expect(try session.acknowledge("b", through: .max).count == 1)
      #expect(try session.keep("a", "b", "2") == .kept)
      let record = try session.open("b")
      #expect(record.waiting == 1 && record.received < record.last)
      #expect(ids(try session.read("b", after: record.received)) == ["2"])
    },
    StoreRule("of a client that nothing is known of, it does nothing") { (session) throws in
      let none = Acknowledgement(count: 0, bytes: 0, receipts: [])
      #expect(try session.acknowledge("b", through: 5) == none)
      #expect(try session.open("b") == ClientRecord())
      #expect(try session.keep("a", "b", "1") == .kept)
      #expect(try session.open("b").waiting == 1)
    },
    StoreRule("one receipt for each sender, in the order of the messages") { (session) throws in
      for (from, id) in [("c", "1"), ("a", "2"), ("b", "3"), ("a", "4"), ("c", "5")] {
        #expect(try session.keep(from, "d", id) == .kept)
      }
      let done = try session.acknowledge("d", through: 1 << 40)
      #expect(
        lines(done.receipts) == ["delivered b→d 3", "delivered a→d 4", "delivered c→d 5"]
      )
    },
    StoreRule("only messages to the client are concerned, not those by it") { (session) throws in
      #expect(try session.keep("b", "a", "1") == .kept)
      #expect(try session.keep("a", "b", "2") == .kept)
      #expect(lines(try session.acknowledge("b", through: 1 << 40).receipts) == ["delivered a→b 2"])
      #expect(try session.open("a").waiting == 1)
    },
    StoreRule("a message to oneself is received by oneself") { (session) throws in
      let seq = try session.put("a", "a", "1").seq
      let record = try session.open("a", since: 0)
      #expect(record.waiting == 1 && record.following == 1 && record.last == seq)
      #expect(ids(try session.read("a")) == ["1"])
      #expect(ids(try session.read("a", own: true)) == ["1"])
      #expect(try session.acknowledge("a", through: seq).count == 1)
      #expect(states(try session.history("a", "a").entries) == ["1 delivered"])
      #expect(try session.fetch("a", seq) != nil)
      #expect(try session.erase("a") == 1)
    },
  ]

  static let receipts = [
    StoreRule("a sender that was away is told when it comes") { (session) throws in
      for id in ["1", "2", "3"] { #expect(try session.keep("a", "b", id) == .kept) }
      #expect(try session.keep("a", "c", "4") == .kept)
      let second = try #require(try session.find("a", "2")).seq
      _ = try session.acknowledge("c", through: 1 << 40)
      _ = try session.acknowledge("b", through: second)
      #expect(try session.markRead("a", "1", by: "b") != .unknown)
      let expected = ["read a→b 1", "delivered a→b 2", "delivered a→c 4"]
      #expect(lines(try session.open("a").receipts) == expected)
      // Until it goes, it may not have got it.
      #expect(lines(try session.open("a").receipts) == expected)
      try session.close("a", at: 10)
      #expect(lines(try session.open("a", at: 20).receipts) == [])
      _ = try session.acknowledge("b", through: 1 << 40, at: 30)
      #expect(lines(try session.open("a", at: 40).receipts) == ["delivered a→b 3"])
      #expect(lines(try session.open("b").receipts) == [])
    },
    StoreRule("a message is read once, and those before it too") { (session) throws in
      for id in ["1", "2", "3"] { #expect(try session.keep("a", "b", id) == .kept) }
      guard case .news(let receipt) = try session.markRead("a", "2", by: "b") else {
        throw WrongAnswer()
      }
      #expect(lines([receipt]) == ["read a→b 2"])
      #expect(try session.markRead("a", "2", by: "b") == .known)
      #expect(try session.markRead("a", "1", by: "b") == .known)
      #expect(states(try session.history("a", "b").entries) == ["3 accepted", "2 read", "1 read"])
    },
    StoreRule("only its recipient can have read a message", limits: .brief) { (session) throws in
      #expect(try session.keep("a", "b", "1") == .kept)
      #expect(try session.markRead("a", "1", by: "c") == .unknown)
      #expect(try session.markRead("a", "1", by: "a") == .unknown)
      #expect(try session.markRead("a", "2", by: "b") == .unknown)
      #expect(try session.markRead("b", "1", by: "b") == .unknown)
      #expect(try session.markRead("a", "1", by: "b", at: 999) != .unknown)
      #expect(try session.markRead("a", "1", by: "b", at: 1000) == .unknown)
    },
    StoreRule("of a thousand peers and one, the oldest receipt goes") { (session) throws in
      let count = 1001
      for number in 1...count { try session.put("a", "peer\(number)", "\(number)") }
      for number in 1...count { _ = try session.acknowledge("peer\(number)", through: 1 << 40) }
      let receipts = try session.open("a").receipts
      #expect(receipts.count == 1000)
      #expect(lines([receipts[0]]) == ["delivered a→peer2 2"])
      #expect(lines([receipts[999]]) == ["delivered a→peer1001 1001"])
    },
  ]
}
