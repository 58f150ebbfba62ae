import Foundation
import Messaging
import StoreContract
import TestSupport
import Testing
import UV

@testable import MessagingService

@Suite("What keeps a store from being opened") struct StoreOpenErrorTests {
  private func error(_ folder: String) throws -> StoreOpenError? {
    let loop = try EventLoop()
    defer { loop.close() }
    do {
      _ = try SQLiteStore(folder: folder, on: loop)
      return nil
    } catch {
      return error
    }
  }

  /// A store that has been closed.
  private func store(in folder: TemporaryFolder) throws -> String {
    let harness = try SQLiteHarness(in: folder)
    try harness.close()
    return harness.file
  }

  @Test("a folder is made, but not those above it") func folder() throws {
    let folder = try TemporaryFolder()
    #expect(try error(folder.path + "/data") == nil)
    let deep = folder.path + "/none/data"
    #expect(try error(deep) == .folder(deep, reason: "No such file or directory"))
    #expect(try error("/proc/data") != nil)
  }

  @Test("a file is no folder") func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([], to: "data")
    #expect(try error(path) == .folder(path, reason: "Not a directory"))
  }

  @Test("another process that has the folder open is named") func locked() throws {
    let harness = try SQLiteHarness()
    let path = harness.folder.path + "/data"
    #expect(try error(path) == .locked(path))
    #expect(StoreOpenError.locked(path).sentence.contains("another process"))
  }

  @Test("a file of something else is refused, and left as it is") func foreign() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/data",
      withIntermediateDirectories: false
    )
    let text = [UInt8](repeating: 65, count: 5000)
    let path = try folder.write(text, to: "data/sotto.db")
    #expect(try error(folder.path + "/data") == .foreign(path))
    #expect(FileManager.default.contents(atPath: path) == Data(text))
    // A database of another program.
    try FileManager.default.removeItem(atPath: path)
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    try Database(path).execute("CREATE TABLE x (y)")
    #expect(try error(folder.path + "/data") == .foreign(path))
  }

  @Test("a file of a newer version is refused") func newer() throws {
    let folder = try TemporaryFolder()
    let path = try store(in: folder)
    try Database(path).execute("PRAGMA user_version = 9")
    let expected = StoreOpenError.newer(path, version: 9, known: StoreSchema.version)
    #expect(try error(folder.path + "/data") == expected)
    #expect(expected.sentence.contains("format 9"))
  }

  @Test("a damaged file is refused") func damaged() throws {
    let folder = try TemporaryFolder()
    let path: String
    do {
      let harness = try SQLiteHarness(in: folder)
      let session = StoreSession(harness)
      for number in 0..<3000 { try session.put("a", "b", "\(number)") }
      try harness.close()
      path = harness.file
    }
    try Database(path).execute("UPDATE meta SET value = 0 WHERE name = 'clean'")
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    let size = try handle.seekToEnd()
    for page in stride(from: 8 * 4096, to: size - 4096, by: 4096) {
      try handle.seek(toOffset: page)
      try handle.write(contentsOf: Data(repeating: 0xAA, count: 3000))
    }
    try handle.close()
    guard case .damaged(let file, _) = try error(folder.path + "/data") else {
      Issue.record("it was opened")
      return
    }
    #expect(file == path)
  }

  @Test("a full disk is told from a file that may not be written") func full() {
    let full = SQLiteError(code: 13, message: "database or disk is full")
    #expect(StoreSchema.wrap(full, "/x") == .noRoom("/x"))
    let other = SQLiteError(code: 8, message: "attempt to write a readonly database")
    #expect(StoreSchema.wrap(other, "/x") == .file("/x", reason: other.description))
  }

  @Test("every sentence names the file") func sentences() {
    let errors: [StoreOpenError] = [
      .folder("/x/y", reason: "no"), .file("/x/y", reason: "no"), .locked("/x/y"), .foreign("/x/y"),
      .newer("/x/y", version: 2, known: 1), .noRoom("/x/y"), .damaged("/x/y", reason: "no"),
    ]
    for error in errors {
      #expect(error.sentence.contains(" /x/y ") || error.sentence.contains(" /x/y:"))
      #expect(error.sentence.hasSuffix("."))
      #expect(!error.sentence.contains("\n"))
    }
  }
}
