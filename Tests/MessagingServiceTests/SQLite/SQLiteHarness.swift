import Messaging
import StoreContract
import TestSupport
import Testing
import UV

@testable import MessagingService

/// A store in a folder of its own, with its loop.
final class SQLiteHarness: StoreHarness {
  let folder: TemporaryFolder
  let loop: EventLoop
  private(set) var sqlite: SQLiteStore
  private var intruder: Database?
  var store: any MessageStore { sqlite }

  init(_ limits: StoreLimits = StoreLimits(), in folder: TemporaryFolder? = nil) throws {
    self.folder = try folder ?? TemporaryFolder()
    loop = try EventLoop()
    sqlite = try SQLiteStore(folder: self.folder.path + "/data", limits: limits, on: loop)
  }

  deinit {
    loop.close()
  }

  var file: String { folder.path + "/data/sotto.db" }

  func run(until isDone: @escaping () -> Bool) throws {
    try loop.run(until: isDone)
  }

  /// Somebody else holds the lock for writing.
  func setBroken(_ isBroken: Bool) throws {
    if isBroken {
      intruder = try Database(file)
      try intruder?.execute("BEGIN IMMEDIATE")
    } else {
      intruder = nil
    }
  }

  /// The store's own connection, when nothing is under way.
  func idleDatabase() throws -> Database {
    try run { [sqlite] in !sqlite.isBusy && !sqlite.needsWork && sqlite.checkpoint == .none }
    return sqlite.worker.database
  }

  /// Closes the store as SIGTERM does.
  func close() throws {
    var isClosed = false
    sqlite.close { isClosed = true }
    try run { isClosed }
  }
}
