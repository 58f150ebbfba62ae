import CSQLite

/// A call of SQLite that failed.
struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
  /// SQLite's extended result code (https://www.sqlite.org/rescode.html).
  let code: Int32
  /// SQLite's sentence.
  let message: String

  /// The code without its extension.
  var primaryCode: Int32 { code & 0xff }

  /// What is stored is not what SQLite wrote, or not by it at all.
  var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

  /// Such as `database or disk is full (SQLite error 13)`.
  var description: String { "\(message) (SQLite error \(code))" }
}
