import Messaging
import Testing

extension StoreRule {
  static let reading = [
    StoreRule("of a client that is not known, nothing is") { (session) throws in
      #expect(try session.open("nobody") == ClientRecord())
      #expect(try session.read("nobody") == [])
      #expect(try session.history("nobody", "b").entries == [])
      #expect(try session.fetch("nobody", 1) == nil)
      #expect(try session.erase("nobody") == 0)
    },
    StoreRule("whoever opens its log is told what is in it") { (session) throws in
      try session.put("a", "b", "1", [1, 2, 3])
      let own = try session.put("b", "c", "2").seq
      let last = try session.put("c", "b", "3", []).seq
      try session.put("a", "c", "4")
      var expected = ClientRecord()
      expected.last = last
      expected.waiting = 2
      expected.waitingBytes = 259
      expected.following = 2
      #expect(try session.open("b") == expected)
      // Behind a number of its log, its own messages follow, too.
      expected.following = 3
      #expect(try session.open("b", since: 0) == expected)
      expected.following = 1
      #expect(try session.open("b", since: own) == expected)
      expected.following = 0
      #expect(try session.open("b", since: last) == expected)
      _ = try session.acknowledge("b", through: last)
      #expect(try session.open("b", since: 0).following == 3)
      #expect(try session.open("b").following == 0)
      #expect(try session.open("b").last == last)
    },
    StoreRule("a log is read oldest first, with one's own messages if they are asked for") {
      (session) throws in
      var seqs: [UInt64] = []
      for (from, to, id) in [("a", "b", "1"), ("b", "a", "2"), ("c", "b", "3"), ("b", "c", "4")] {
        seqs.append(try session.put(from, to, id).seq)
      }
      try session.put("a", "c", "5")
      #expect(ids(try session.read("b")) == ["1", "3"])
      #expect(ids(try session.read("b", own: true)) == ["1", "2", "3", "4"])
      #expect(ids(try session.read("b", after: seqs[0])) == ["3"])
      #expect(ids(try session.read("b", after: seqs[1], own: true)) == ["3", "4"])
      #expect(try session.read("b", after: seqs[3], own: true) == [])
      // What has been acknowledged is still there.
      _ = try session.acknowledge("b", through: seqs[3])
      #expect(ids(try session.read("b")) == ["1", "3"])
    },
    StoreRule("as many messages are read as fit, but at least one") { (session) throws in
      for id in ["1", "2", "3"] { try session.put("a", "b", id, Array(repeating: 1, count: 72)) }
      for (bytes, count) in [(0, 1), (1, 1), (399, 1), (400, 2), (401, 2), (599, 2), (600, 3)] {
        #expect(try session.read("b", bytes: bytes).count == count, "\(bytes)")
        #expect(session.more == (count < 3), "\(bytes)")
      }
      #expect(try session.read("b", after: 1 << 40, bytes: 0) == [])
    },
    StoreRule("what was read, or was on its way when it came, counts as offered") {
      (session) throws in
      let first = try session.put("a", "b", "1", isOffered: true).seq
      let second = try session.put("a", "b", "2").seq
      let third = try session.put("a", "b", "3").seq
      #expect(try session.open("b").offered == first)
      #expect(try session.read("b", after: first, bytes: 1).count == 1)
      #expect(try session.open("b").offered == second)
      // To read again what is older takes nothing back.
      #expect(try session.read("b", bytes: 1).count == 1)
      #expect(try session.open("b").offered == second)
      #expect(try session.read("b", after: second).count == 1)
      #expect(try session.open("b").offered == third)
    },
    StoreRule("a message is fetched from the logs that it is in, and no other") {
      (session) throws in
      let seq = try session.put("a", "b", "1", [1, 2], form: .binary, mime: "x/y").seq
      for client in ["a", "b"] {
        let message = try #require(try session.fetch(client, seq))
        #expect(message.body == [1, 2] && message.mime == Array("x/y".utf8))
      }
      #expect(try session.fetch("c", seq) == nil)
      #expect(try session.fetch("a", seq + 1) == nil)
      #expect(try session.fetch("a", 0) == nil)
      #expect(try session.fetch("a", .max) == nil)
      _ = try session.open("c")
      #expect(try session.open("b").offered == 0)
    },
  ]
}
