import CSQLite
import TestSupport
import Testing

@testable import MessagingService

@Suite("Statement") struct StatementTests {
  private let folder: TemporaryFolder
  private let database: Database

  init() throws {
    folder = try TemporaryFolder()
    database = try Database(try folder.write([], to: "x.db"))
    try database.execute("CREATE TABLE t (a INTEGER, b BLOB NOT NULL) STRICT")
  }

  @Test("values come back as they were bound", arguments: [[], [0], [1, 0, 2]] as [[UInt8]])
  func values(bytes: [UInt8]) throws {
    let insert = try Statement("INSERT INTO t VALUES (?1, ?2)", on: database)
    try insert.bind(1, -5 as Int64).bind(2, bytes.span).run()
    insert.bind(1, UInt64(1) << 62)
    try insert.run(lending: bytes[...], at: 2)
    let select = try Statement("SELECT a, b FROM t ORDER BY rowid", on: database)
    #expect(try select.step())
    #expect(select.integer(0) == -5 && select.number(0) == 0 && select.bytes(1) == bytes)
    #expect(try select.step())
    #expect(
      select.number(0) == 1 << 62 && select.bytes(1) == bytes && select.count(1) == bytes.count
    )
    #expect(try !select.step())
    // And again from the first.
    #expect(try select.step())
    #expect(select.integer(0) == -5)
  }

  @Test("numbers of 128 bits come back, and sort as they count") func wide() throws {
    let insert = try Statement("INSERT INTO t VALUES (0, ?1)", on: database)
    let numbers: [UInt128] = [0, 1, 255, 256, 1 << 64, .max - 1, .max]
    for number in numbers.shuffled() { try insert.bind(1, number).run() }
    let select = try Statement("SELECT b FROM t ORDER BY b", on: database)
    var found: [UInt128] = []
    while try select.step() { found.append(select.wide(0)) }
    #expect(found == numbers)
    try database.execute("DELETE FROM t; INSERT INTO t VALUES (0, x'0102')")
    #expect(try select.step() && select.wide(0) == 0)
  }

  @Test("what is wrong is said, of lent bytes too") func errors() throws {
    #expect(throws: SQLiteError.self) { _ = try Statement("SELEC", on: database) }
    let insert = try Statement("INSERT INTO t VALUES (?1, ?2)", on: database)
    let error = #expect(throws: SQLiteError.self) { try insert.bind(1, 1 as Int64).run() }
    #expect(error?.primaryCode == SQLITE_CONSTRAINT)
    #expect(error?.message.contains("NOT NULL") == true)
    let strict = try Statement("INSERT INTO t VALUES (?1, x'')", on: database)
    let other = #expect(throws: SQLiteError.self) { try strict.run(lending: [1, 2], at: 1) }
    #expect(other?.message.contains("cannot store BLOB value in INTEGER column") == true)
  }

  @Test("a statement keeps its connection") func lifetime() throws {
    let path = try folder.write([], to: "y.db")
    let statement = try Statement("SELECT 7", on: try Database(path))
    #expect(try statement.step() && statement.integer(0) == 7)
  }
}
