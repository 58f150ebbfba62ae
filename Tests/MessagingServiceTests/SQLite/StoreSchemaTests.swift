import Foundation
import TestSupport
import Testing

@testable import MessagingService

@Suite("Format of the file") struct StoreSchemaTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.write([], to: "x.db")
  }

  private func prepare(_ migrations: [String] = [], log: String = "first") throws -> Database {
    let database = try Database(path)
    try StoreSchema.prepare(
      database,
      file: path,
      identity: (log, 5),
      migrations: migrations
    )
    return database
  }

  @Test("an empty file becomes one of ours, once") func new() throws {
    let database = try prepare()
    #expect(try database.integer("PRAGMA application_id") == 0x536f_7474)
    #expect(try database.integer("PRAGMA user_version") == 1)
    #expect(try database.integer("PRAGMA auto_vacuum") == 2)
    #expect(try database.integer("PRAGMA synchronous") == 2)
    let again = try prepare(log: "second")
    #expect(try again.integer("SELECT count(*) FROM meta WHERE CAST(value AS TEXT) = 'first'") == 1)
  }

  @Test("older files are brought to the present format, step by step") func migration() throws {
    try prepare().execute("INSERT INTO clients (name) VALUES (x'61')")
    let steps = [
      "ALTER TABLE clients ADD COLUMN colour INTEGER NOT NULL DEFAULT 3",
      "UPDATE clients SET colour = colour + 1",
    ]
    for _ in 0..<2 {
      let database = try prepare(steps)
      #expect(try database.integer("PRAGMA user_version") == 3)
      #expect(try database.integer("SELECT colour FROM clients") == 4)
    }
    // One that fails changes nothing.
    let third = ["ALTER TABLE clients ADD COLUMN size INTEGER; SELECT * FROM none"]
    #expect(throws: StoreOpenError.self) { _ = try prepare(steps + third) }
    #expect(try prepare(steps).integer("PRAGMA user_version") == 3)
    #expect(throws: StoreOpenError.newer(path, version: 3, known: 2)) {
      _ = try prepare([steps[0]])
    }
  }

  @Test("each query finds its rows by a key, and scans no table") func plans() throws {
    let source = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Sources/MessagingService/SQLite/StoreStatements.swift"),
      encoding: .utf8
    )
    let database = try prepare()
    // Queries of one line; those of several have a key in each table, too.
    let queries = source.matches(of: /"(SELECT [^"\\]*WHERE[^"\\]*)"/).map { String($0.1) }
    #expect(queries.count > 10)
    for query in queries {
      let plan = try Statement("EXPLAIN QUERY PLAN " + query, on: database)
      while try plan.step() {
        let line = String(decoding: plan.bytes(3), as: UTF8.self)
        #expect(!line.hasPrefix("SCAN"), "\(query): \(line)")
        #expect(!line.contains("TEMP B-TREE"), "\(query): \(line)")
      }
    }
  }
}
