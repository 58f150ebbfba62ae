import Messaging
import Testing

extension StoreRule {
  static let histories = [
    StoreRule("a history has both directions, newest first, and how far each has come") {
      (session) throws in
      for (from, to, id) in [("a", "b", "1"), ("b", "a", "2"), ("a", "c", "x"), ("a", "b", "3")] {
        #expect(try session.keep(from, to, id) == .kept)
      }
      #expect(
        states(try session.history("a", "b").entries) == ["3 accepted", "2 accepted", "1 accepted"]
      )
      _ = try session.acknowledge("b", through: 1 << 40)
      #expect(try session.markRead("a", "1", by: "b") != .unknown)
      _ = try session.acknowledge("a", through: 1 << 40)
      for (client, peer) in [("a", "b"), ("b", "a")] {
        let history = try session.history(client, peer)
        #expect(states(history.entries) == ["3 delivered", "2 delivered", "1 read"])
        #expect(!history.more)
      }
      let entry = try #require(try session.history("b", "a").entries.first)
      #expect(entry.from.description == "a" && entry.to.description == "b")
      #expect(entry.at == StoreSession.start && entry.seq > 0)
      #expect(entry.body == .inline(.text, Array("\"hello\"".utf8)))
    },
    StoreRule("a binary message is named in the history, without its bytes") { (session) throws in
      let body = [UInt8](repeating: 3, count: 5000)
      try session.put("a", "b", "1", body, form: .binary, mime: "image/png", name: "p.png")
      try session.put("a", "b", "2", body, form: .binary)
      let entries = try session.history("a", "b", bytes: 10).entries
      #expect(
        entries.map(\.body) == [
          .binary(mime: [], name: [], size: 5000),
          .binary(mime: Array("image/png".utf8), name: Array("p.png".utf8), size: 5000),
        ]
      )
    },
    StoreRule("a history comes in pages") { (session) throws in
      for number in 1...10 { try session.put("a", "b", "\(number)") }
      var before: UInt64?
      var found: [String] = []
      var more: [Bool] = []
      repeat {
        let page = try session.history("b", "a", before: before, limit: 3)
        #expect(page.entries.count <= 3)
        found += states(page.entries)
        more.append(page.more)
        before = page.entries.last?.seq
      } while more.last == true
      #expect(found == (1...10).reversed().map { "\($0) accepted" })
      #expect(more == [true, true, true, false])
      #expect(try session.history("b", "a", limit: 10).more == false)
      #expect(try session.history("b", "a", limit: 9).more)
      #expect(try session.history("b", "a", before: 0).entries == [])
    },
    StoreRule("a history has as many bytes as may be, but at least one message") {
      (session) throws in
      for id in ["1", "2", "3"] { try session.put("a", "b", id, Array(repeating: 49, count: 100)) }
      for (bytes, count) in [(0, 1), (99, 1), (100, 1), (199, 1), (200, 2), (299, 2), (300, 3)] {
        let page = try session.history("a", "b", bytes: bytes)
        #expect(page.entries.count == count, "\(bytes)")
        #expect(page.more == (count < 3), "\(bytes)")
      }
    },
    StoreRule("a history with somebody else's peers has only one's own messages") {
      (session) throws in
      for (from, to) in [("a", "b"), ("b", "c"), ("c", "a")] {
        try session.put(from, to, from + to)
      }
      #expect(states(try session.history("a", "b").entries) == ["ab accepted"])
      #expect(states(try session.history("a", "c").entries) == ["ca accepted"])
      #expect(try session.history("d", "a").entries == [])
      #expect(try session.history("a", "a").entries == [])
      #expect(try session.history("a", "nobody").entries == [])
    },
  ]
}
