import CSQLite

/// A connection to a file of SQLite's (`sqlite3`).
///
/// Safe because statements keep their connection, so that it is closed after them; each is used by
/// one thread at a time, as whoever owns it sees to (SQLite itself is built for threads).
@safe final class Database {
  let pointer: OpaquePointer
  /// Where SQLite's hook notes the length of the write-ahead log; lives as long as the connection.
  private let logLength: UnsafeMutablePointer<Int32>

  /// Opens a file that exists, for reading and writing (`sqlite3_open_v2`).
  ///
  /// - Throws: `SQLiteError`; what is wrong with the content shows later, when it is read.
  init(_ path: String) throws(SQLiteError) {
    var pointer: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = unsafe sqlite3_open_v2(path, &pointer, flags, nil)
    guard let pointer = unsafe pointer else {
      throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory")
    }
    unsafe self.pointer = pointer
    unsafe logLength = .allocate(capacity: 1)
    unsafe logLength.initialize(to: 0)
    unsafe sqlite3_wal_hook(
      pointer,
      { length, _, _, pages in
        unsafe length?.assumingMemoryBound(to: Int32.self).pointee = pages
        return SQLITE_OK
      },
      logLength
    )
    guard code == SQLITE_OK else { throw error(code) }
  }

  deinit {
    // Statements keep their connection: there is none any more.
    unsafe sqlite3_close_v2(pointer)
    unsafe logLength.deallocate()
  }

  /// Pages in the write-ahead log after the last commit (`sqlite3_wal_hook`).
  var logPages: Int { Int(unsafe logLength.pointee) }

  /// Runs statements that need no values and give none (`sqlite3_exec`).
  func execute(_ sql: String) throws(SQLiteError) {
    let code = unsafe sqlite3_exec(pointer, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// The first value of the first row, as an integer; 0 if there is none.
  func integer(_ sql: String) throws(SQLiteError) -> Int64 {
    let statement = try Statement(sql, on: self)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// How long to wait for a lock of another process, ms (`sqlite3_busy_timeout`).
  func setBusyTimeout(_ milliseconds: Int32) {
    unsafe sqlite3_busy_timeout(pointer, milliseconds)
  }

  /// Whether a transaction is open: some errors end it (`sqlite3_get_autocommit`).
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(pointer) == 0 }

  /// Rows that the last statement inserted, changed or deleted (`sqlite3_changes64`).
  var changes: Int { Int(unsafe sqlite3_changes64(pointer)) }

  /// The row that was inserted last (`sqlite3_last_insert_rowid`).
  var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(pointer) }

  /// Brings the write-ahead log into the file (`sqlite3_wal_checkpoint_v2`).
  ///
  /// - Parameter truncates: Whether the log is emptied, which waits for readers.
  /// - Returns: Pages of the log that are not in the file yet.
  @discardableResult
  func checkpoint(truncates: Bool) throws(SQLiteError) -> Int {
    var (pages, done): (Int32, Int32) = (0, 0)
    let mode = truncates ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
    let code = unsafe sqlite3_wal_checkpoint_v2(pointer, nil, mode, &pages, &done)
    guard code == SQLITE_OK || code == SQLITE_BUSY else { throw error(code) }
    return Int(pages - done)
  }

  /// What went wrong, in SQLite's words (`sqlite3_errmsg`).
  func error(_ code: Int32) -> SQLiteError {
    // The text is SQLite's, and valid until the next call on this connection.
    let message = unsafe sqlite3_errmsg(pointer).map { unsafe String(cString: $0) }
    return SQLiteError(code: code, message: message ?? "unknown error")
  }
}
