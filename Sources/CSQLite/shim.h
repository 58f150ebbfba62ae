// SQLite, and what Swift cannot reach without a C line: macros that are casts of numbers to functions.
#include <sqlite3.h>

// Binds bytes that SQLite copies.
static inline int csqlite_bind_copy(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_blob64(statement, index, count ? bytes : "", count, SQLITE_TRANSIENT);
}

// Binds bytes that stay where they are until the statement is reset and bound anew.
static inline int csqlite_bind_lent(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_blob64(statement, index, count ? bytes : "", count, SQLITE_STATIC);
}
