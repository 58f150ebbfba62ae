import CSQLite
import Foundation
import Messaging
import StoreContract
import TestSupport
import Testing
import UV

@testable import MessagingService

@Suite("SQLite store") struct SQLiteStoreTests {
  @Test("it is a store", arguments: StoreRule.all) func rule(rule: StoreRule) throws {
    try rule.check { try SQLiteHarness($0) }
  }

  @Test("what was kept is there when the store is opened again", arguments: [1, 5000])
  func again(count: Int) throws {
    let folder = try TemporaryFolder()
    var identity: StoreIdentity?
    var last: UInt64 = 0
    do {
      let harness = try SQLiteHarness(in: folder)
      let session = StoreSession(harness)
      identity = session.store.identity
      for number in 1...count {
        last = try session.put("a", "b", "\(number)", Array("\(number)".utf8)).seq
      }
      _ = try session.acknowledge("b", through: last - 1)
      #expect(try session.markRead("a", "1", by: "b") != .unknown)
      _ = try session.put("c", "b", "binary", [1, 2, 3], form: .binary, mime: "x/y", name: "n")
      try harness.close()
    }
    let harness = try SQLiteHarness(in: folder)
    let session = StoreSession(harness)
    #expect(session.store.identity == identity)
    #expect(session.store.firstNumber > last)
    #expect(session.store.mayHold(for: try ClientID("b")))
    #expect(session.store.mayKnow(session.key("a", "1")))
    let record = try session.open("b")
    #expect(record.waiting == 2 && record.received == last - 1)
    #expect(try session.find("a", "\(count)")?.seq == last)
    let messages = try session.read("b", after: record.received)
    #expect(ids(messages) == ["\(count)", "binary"])
    #expect(messages.last?.body == [1, 2, 3])
    #expect(try session.open("a").receipts.count == (count > 1 ? 2 : 1))
    let history = try session.history("a", "b", limit: 2)
    #expect(history.entries.first?.state == (count > 1 ? .accepted : .read))
    try harness.run { !session.store.mayKnow(session.key("nobody", "x")) }
    #expect(!session.store.mayHold(for: try ClientID("a")))
    #expect(try session.open("b", since: 0).following == count + 1)
  }

  @Test("a number is never given twice, however often the store is opened") func numbers() throws {
    let folder = try TemporaryFolder()
    var last: UInt64 = 0
    for _ in 0..<5 {
      let harness = try SQLiteHarness(in: folder)
      for _ in 0..<1000 {
        let number = try #require(harness.store.nextNumber())
        #expect(number > last)
        last = number
      }
    }
  }

  @Test("numbers are reserved before they run out") func reserving() throws {
    let harness = try SQLiteHarness()
    let half = SQLiteStore.numbersReserved / 2
    var last: UInt64 = 0
    for _ in 0..<3 {
      let reserved = harness.sqlite.reserved
      while harness.sqlite.reserved - harness.sqlite.nextFree >= half {
        last = try #require(harness.store.nextNumber())
      }
      #expect(last == harness.sqlite.nextFree - 1)
      last = try #require(harness.store.nextNumber())
      try harness.run { harness.sqlite.reserved > reserved }
    }
    // More than are reserved are not given.
    while harness.store.nextNumber() != nil {}
    try harness.run { harness.sqlite.reserved > harness.sqlite.nextFree }
    #expect(harness.store.nextNumber() != nil)
  }

  @Test("closing keeps all that was asked for, and empties the write-ahead log") func closing()
    throws
  {
    let folder = try TemporaryFolder()
    do {
      let harness = try SQLiteHarness(StoreLimits(messages: 1 << 20), in: folder)
      let session = StoreSession(harness)
      var last: StoreTicket = 0
      for number in 0..<20_000 { last = try session.put("a", "b", "\(number)").ticket }
      try harness.close()
      #expect(session.events.last == .kept(last))
      let log = try FileManager.default.attributesOfItem(atPath: harness.file + "-wal")
      #expect(log[.size] as? Int == 0)
    }
    let session = StoreSession(try SQLiteHarness(StoreLimits(messages: 1 << 20), in: folder))
    #expect(try session.open("b").waiting == 20_000)
  }

  @Test("only its user can read the folder and its files") func modes() throws {
    let harness = try SQLiteHarness()
    #expect(try StoreSession(harness).keep("a", "b", "1") == .kept)
    for (name, mode) in [("", 0o700), ("/sotto.db", 0o600), ("/sotto.db-wal", 0o600)] {
      let path = harness.folder.path + "/data" + name
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
    }
  }

  @Test("a file that was deleted is noticed, said, and needs a restart", arguments: ["", "-wal"])
  func deleted(suffix: String) throws {
    let harness = try SQLiteHarness()
    let session = StoreSession(harness)
    var problems: [String?] = []
    harness.sqlite.onProblem = { problems.append($0) }
    #expect(try session.keep("a", "b", "1") == .kept)
    try FileManager.default.removeItem(atPath: harness.file + suffix)
    #expect(try session.keep("a", "b", "2") == .failed(.unavailable))
    #expect(!session.store.isAvailable)
    #expect(problems.count == 1 && harness.sqlite.problem?.contains("deleted") == true)
    #expect(try session.keep("a", "b", "3") == .failed(.unavailable))
    #expect(problems.count == 1)
  }

  @Test("a full disk refuses messages, and room makes it work again") func full() throws {
    let harness = try SQLiteHarness()
    let session = StoreSession(harness)
    #expect(try session.keep("a", "b", "1") == .kept)
    // What SQLite says when a file may not grow is what it says when the disk is full.
    var database = try harness.idleDatabase()
    let pages = try database.integer("PRAGMA page_count")
    _ = try database.integer("PRAGMA max_page_count = \(pages + 5)")
    let large = [UInt8](repeating: 65, count: 100_000)
    #expect(try session.keep("a", "b", "2", large) == .failed(.unavailable))
    #expect(harness.sqlite.problem?.contains("full") == true)
    database = try harness.idleDatabase()
    _ = try database.integer("PRAGMA max_page_count = 1000000")
    try harness.run { harness.store.isAvailable }
    #expect(harness.sqlite.problem == nil)
    #expect(try session.keep("a", "b", "2", large) == .kept)
    #expect(ids(try session.read("b")) == ["1", "2"])
  }

  @Test("as many messages wait for the disk as may") func backlog() throws {
    let harness = try SQLiteHarness(StoreLimits(messages: 1 << 20, bytes: 1 << 30))
    let session = StoreSession(harness)
    let body = [UInt8](repeating: 1, count: (1 << 20) - 128)
    var last: StoreTicket = 0
    for number in 1...65 { last = try session.put("a", "b", "\(number)", body).ticket }
    try session.settle(last)
    let failures = session.events.filter {
      if case .failed(_, .unavailable) = $0 { true } else { false }
    }
    #expect(failures == [.failed(last, .unavailable)])
    #expect(harness.store.isAvailable)
    #expect(harness.sqlite.waiting == (0, 0))
    #expect(try session.keep("a", "b", "again", body) == .kept)
  }

  @Test("what has outlived its time leaves the file, which becomes smaller") func shrinking() throws
  {
    let harness = try SQLiteHarness(StoreLimits(retain: 1000))
    let session = StoreSession(harness)
    let body = [UInt8](repeating: 65, count: 5000)
    for number in 0..<2000 { try session.put("a\(number % 50)", "b", "\(number)", body) }
    _ = try session.acknowledge("b", through: .max)
    var database = try harness.idleDatabase()
    let before = try database.integer("PRAGMA page_count")
    #expect(before > 2000)
    for time in 0..<100 as Range<UInt64> {
      _ = try session.find("nobody", "x", at: 5000 + time * 1000)
    }
    database = try harness.idleDatabase()
    #expect(try database.integer("SELECT count(*) FROM messages") == 0)
    #expect(try database.integer("SELECT count(*) FROM inbox") == 0)
    #expect(try database.integer("SELECT count(*) FROM sent") == 0)
    #expect(try database.integer("SELECT count(*) FROM pairs") == 0)
    #expect(try database.integer("SELECT count(*) FROM receipts") == 0)
    #expect(try database.integer("SELECT count(*) FROM clients") == 0)
    #expect(try database.integer("PRAGMA page_count") < before / 2)
    let check = try Statement("PRAGMA quick_check", on: database)
    #expect(try check.step() && check.bytes(0) == Array("ok".utf8))
  }
}

/// The ids of messages.
private func ids(_ messages: [StoredMessage]) -> [String] {
  messages.map { String(decoding: $0.id, as: UTF8.self) }
}
