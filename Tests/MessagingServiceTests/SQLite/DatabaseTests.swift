import CSQLite
import Foundation
import TestSupport
import Testing

@testable import MessagingService

@Suite("Database") struct DatabaseTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.write([], to: "x.db")
  }

  @Test("statements run, and say how many rows they changed") func execute() throws {
    let database = try Database(path)
    try database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (5), (7)")
    #expect(database.lastInsertedRow == 7)
    #expect(try database.integer("SELECT sum(a) FROM t") == 12)
    #expect(try database.integer("SELECT a FROM t WHERE a = 6") == 0)
    try database.execute("DELETE FROM t")
    #expect(database.changes == 2)
  }

  @Test("an error has SQLite's code and words") func errors() throws {
    let database = try Database(path)
    let error = #expect(throws: SQLiteError.self) { try database.execute("SELECT * FROM none") }
    #expect(error?.primaryCode == SQLITE_ERROR)
    #expect(error?.message == "no such table: none")
  }

  @Test("a file that does not exist is not made") func missing() throws {
    let error = #expect(throws: SQLiteError.self) { _ = try Database(folder.path + "/none") }
    #expect(error?.primaryCode == SQLITE_CANTOPEN)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
  }

  @Test("it is known whether a transaction is open") func transactions() throws {
    let database = try Database(path)
    #expect(!database.isInTransaction)
    try database.execute("BEGIN")
    #expect(database.isInTransaction)
    try database.execute("ROLLBACK")
    #expect(!database.isInTransaction)
  }

  @Test("the length of the write-ahead log is known, and it can be emptied") func log() throws {
    let database = try Database(path)
    try database.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
    // Setting the one replaces the hook that tells the other.
    let again = try Database(path)
    try again.execute("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(40960))")
    #expect(again.logPages >= 10)
    #expect(try again.checkpoint(truncates: false) == 0)
    try again.checkpoint(truncates: true)
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
    #expect(attributes[.size] as? Int == 0)
  }

  @Test("a lock of somebody else is waited for, but not for ever") func busy() throws {
    let (mine, other) = (try Database(path), try Database(path))
    mine.setBusyTimeout(20)
    try other.execute("BEGIN EXCLUSIVE")
    let error = #expect(throws: SQLiteError.self) { try mine.execute("BEGIN IMMEDIATE") }
    #expect(error?.primaryCode == SQLITE_BUSY)
    try other.execute("ROLLBACK")
    try mine.execute("BEGIN IMMEDIATE")
  }
}
