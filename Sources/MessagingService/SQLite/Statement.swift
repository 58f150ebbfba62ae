import CSQLite

/// A prepared statement (`sqlite3_stmt`).
///
/// Values are bound by their places from 1 on, and columns read by theirs from 0 on. Safe because it
/// keeps its connection; bytes of columns are copied, and lent bytes are let go within the call that
/// lends them.
@safe final class Statement {
  private let pointer: OpaquePointer
  private let database: Database

  /// Prepares a statement, to be used many times (`sqlite3_prepare_v3`).
  init(_ sql: String, on database: Database) throws(SQLiteError) {
    self.database = database
    var pointer: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(database.pointer, sql, -1, flags, &pointer, nil)
    guard code == SQLITE_OK, let pointer = unsafe pointer else { throw database.error(code) }
    unsafe self.pointer = pointer
  }

  deinit {
    unsafe sqlite3_finalize(pointer)
  }

  /// Binds an integer (`sqlite3_bind_int64`).
  @discardableResult
  func bind(_ place: Int32, _ value: Int64) -> Statement {
    // It fails only for places that do not exist: the statement then runs with NULL, and finds nothing.
    let code = unsafe sqlite3_bind_int64(pointer, place, value)
    assert(code == SQLITE_OK)
    return self
  }

  /// Binds a number, which must be less than 2^63.
  @discardableResult
  func bind(_ place: Int32, _ value: UInt64) -> Statement {
    bind(place, Int64(clamping: value))
  }

  /// Binds a copy of bytes (`sqlite3_bind_blob64`): for few of them.
  ///
  /// - Throws: `SQLiteError` if there is no memory.
  @discardableResult
  func bind(_ place: Int32, _ bytes: Span<UInt8>) throws(SQLiteError) -> Statement {
    let code = unsafe bytes.withUnsafeBytes { bytes in
      // SQLite copies them before it returns.
      unsafe csqlite_bind_copy(pointer, place, bytes.baseAddress, UInt64(bytes.count))
    }
    guard code == SQLITE_OK else { throw database.error(code) }
    return self
  }

  /// Binds 16 bytes, the highest first.
  @discardableResult
  func bind(_ place: Int32, _ value: UInt128) throws(SQLiteError) -> Statement {
    let code = unsafe withUnsafeBytes(of: value.bigEndian) { bytes in
      // As above.
      unsafe csqlite_bind_copy(pointer, place, bytes.baseAddress, UInt64(bytes.count))
    }
    guard code == SQLITE_OK else { throw database.error(code) }
    return self
  }

  /// Runs the statement once, with bytes that are bound without a copy meanwhile.
  func run(lending bytes: ArraySlice<UInt8>, at place: Int32) throws(SQLiteError) {
    let error = unsafe bytes.withUnsafeBytes { bytes -> SQLiteError? in
      // Valid until the closure ends; before that the statement is reset and bound anew.
      var code = unsafe csqlite_bind_lent(pointer, place, bytes.baseAddress, UInt64(bytes.count))
      if code == SQLITE_OK { code = unsafe sqlite3_step(pointer) }
      unsafe sqlite3_reset(pointer)
      let isDone = code == SQLITE_DONE || code == SQLITE_ROW
      // Asked for before the next call, which would change it.
      let error = isDone ? nil : database.error(code)
      unsafe sqlite3_bind_null(pointer, place)
      return error
    }
    if let error { throw error }
  }

  /// Runs a statement that gives no rows.
  func run() throws(SQLiteError) {
    _ = try step()
    reset()
  }

  /// Goes to the next row (`sqlite3_step`).
  ///
  /// - Returns: Whether there is one; after the last one the statement is as before the first.
  func step() throws(SQLiteError) -> Bool {
    let code = unsafe sqlite3_step(pointer)
    if code == SQLITE_ROW { return true }
    unsafe sqlite3_reset(pointer)
    guard code == SQLITE_DONE else { throw database.error(code) }
    return false
  }

  /// Goes back to before the first row (`sqlite3_reset`): a statement that is left on a row holds a lock.
  func reset() {
    unsafe sqlite3_reset(pointer)
  }

  /// An integer of this row (`sqlite3_column_int64`); 0 for NULL.
  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(pointer, column) }

  /// A number of this row that was bound as one; 0 if the file holds a negative one.
  func number(_ column: Int32) -> UInt64 { UInt64(clamping: integer(column)) }

  /// The length of bytes of this row (`sqlite3_column_bytes`).
  func count(_ column: Int32) -> Int { Int(unsafe sqlite3_column_bytes(pointer, column)) }

  /// A copy of bytes of this row (`sqlite3_column_blob`).
  func bytes(_ column: Int32) -> [UInt8] {
    // Valid until the next step; SQLite gives no address for no bytes.
    guard let start = unsafe sqlite3_column_blob(pointer, column) else { return [] }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count(column)))
  }

  /// 16 bytes of this row, the highest first; 0 if there are not as many.
  func wide(_ column: Int32) -> UInt128 {
    guard let start = unsafe sqlite3_column_blob(pointer, column), count(column) == 16 else {
      return 0
    }
    // As above; 16 bytes of any kind are a number.
    return unsafe UInt128(bigEndian: start.loadUnaligned(as: UInt128.self))
  }
}
