import CSQLite

/// The tables of the database, and what makes a file one of ours.
enum StoreSchema {
  /// `PRAGMA application_id`: "Sott" in ASCII.
  static let application: Int64 = 0x536f_7474
  /// `PRAGMA user_version`: the format that this version writes.
  static let version = 1

  /// What brings a file from one format to the next: the first of them to format 2.
  static let migrations: [String] = []

  /// Settings of a connection; those that change the file come first, before there are tables.
  static let settings = """
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = FAST;
    PRAGMA cache_size = -16384;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA wal_autocheckpoint = 0;
    """

  /// - `meta`: names and values: `log`, `key` (16 bytes), `reserved` (numbers below it may have been
  ///   given), `clean` (1 while no process has it open), `probe`.
  /// - `clients`: `received`: it has acknowledged up to there; `offered`: as far as may have been sent;
  ///   `erased`: its log begins behind it.
  /// - `messages`: by number: what comes in is written in one place.
  /// - `inbox`, `sent`, `pairs`, `ids`: by what messages are found. If each message were entered at once it
  ///   would change a page in each of them; they take in thousands at a time, and until then the store
  ///   has them in memory (see ``StoreTail``). `indexed` has the last number of each.
  /// - `ids`: by keys, in parts of 16,384 numbers each, so that those that come in at a time are close
  ///   together. They outlive messages that had to make room.
  /// - `receipts`: how far messages have come; `news`: 1 delivered, 2 read since the sender went.
  /// - `gaps`: by recipient, and sender's name.
  static let tables = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID, STRICT;
    INSERT INTO meta VALUES ('reserved', 1), ('clean', 0), ('probe', 0);
    CREATE TABLE clients (
      client INTEGER PRIMARY KEY AUTOINCREMENT, name BLOB NOT NULL UNIQUE,
      received INTEGER NOT NULL DEFAULT 0, offered INTEGER NOT NULL DEFAULT 0,
      erased INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE messages (
      seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, sender INTEGER NOT NULL,
      target INTEGER NOT NULL, form INTEGER NOT NULL, key BLOB NOT NULL, digest BLOB NOT NULL,
      id BLOB NOT NULL, mime BLOB NOT NULL, name BLOB NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE indexed (number INTEGER PRIMARY KEY, through INTEGER NOT NULL) STRICT;
    INSERT INTO indexed VALUES (0, 0), (1, 0), (2, 0), (3, 0);
    CREATE TABLE inbox (
      target INTEGER, seq INTEGER, PRIMARY KEY (target, seq)) WITHOUT ROWID, STRICT;
    CREATE TABLE sent (
      sender INTEGER, seq INTEGER, PRIMARY KEY (sender, seq)) WITHOUT ROWID, STRICT;
    CREATE TABLE pairs (
      sender INTEGER, target INTEGER, seq INTEGER,
      PRIMARY KEY (sender, target, seq)) WITHOUT ROWID, STRICT;
    CREATE TABLE ids (
      part INTEGER, key BLOB, seq INTEGER NOT NULL, at INTEGER NOT NULL, digest BLOB NOT NULL,
      PRIMARY KEY (part, key)) WITHOUT ROWID, STRICT;
    CREATE TABLE receipts (
      sender INTEGER, target INTEGER, delivered INTEGER NOT NULL DEFAULT 0,
      delivered_id BLOB NOT NULL DEFAULT x'', read INTEGER NOT NULL DEFAULT 0,
      read_id BLOB NOT NULL DEFAULT x'', news INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL,
      PRIMARY KEY (sender, target)) WITHOUT ROWID, STRICT;
    CREATE TABLE gaps (
      target INTEGER, sender BLOB, count INTEGER NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (target, sender)) WITHOUT ROWID, STRICT;
    """

  /// Numbers of one part of `ids`: a power of two.
  static let partShift: UInt64 = 14

  /// Has the file be one of ours in the present format, or says why it cannot be.
  ///
  /// - Parameters:
  ///   - identity: What names a store that is new.
  ///   - migrations: Those to be made; others in tests.
  static func prepare(
    _ database: Database,
    file: String,
    identity: (log: String, key: UInt128),
    migrations: [String] = migrations
  ) throws(StoreOpenError) {
    do {
      let application = try database.integer("PRAGMA application_id")
      let version = Int(try database.integer("PRAGMA user_version"))
      let isEmpty = try database.integer("SELECT count(*) FROM sqlite_schema") == 0
      guard application == Self.application || (application == 0 && version == 0 && isEmpty) else {
        throw StoreOpenError.foreign(file)
      }
      let known = migrations.count + 1
      guard version <= known else {
        throw StoreOpenError.newer(file, version: version, known: known)
      }
      try database.execute(settings)
      if version == 0 { try create(database, identity) }
      for step in max(version, 1)..<known {
        // A format is reached as a whole or not at all.
        let sql = migrations[step - 1]
        try database.execute("BEGIN IMMEDIATE; \(sql); PRAGMA user_version = \(step + 1); COMMIT")
      }
      try check(database, file)
    } catch let error as StoreOpenError {
      throw error
    } catch {
      throw wrap(error as? SQLiteError, file)
    }
  }

  /// What an error of SQLite means when a store is opened.
  static func wrap(_ error: SQLiteError?, _ file: String) -> StoreOpenError {
    guard let error else { return .file(file, reason: "unknown error") }
    if error.primaryCode == SQLITE_NOTADB { return .foreign(file) }
    if error.primaryCode == SQLITE_FULL { return .noRoom(file) }
    return error.isDamage
      ? .damaged(file, reason: error.description) : .file(file, reason: error.description)
  }

  private static func create(
    _ database: Database,
    _ identity: (log: String, key: UInt128)
  ) throws {
    try database.execute("BEGIN IMMEDIATE; \(tables)")
    let insert = try Statement("INSERT INTO meta VALUES ('log', ?), ('key', ?)", on: database)
    try insert.bind(1, Array(identity.log.utf8).span).bind(2, identity.key).run()
    try database.execute(
      "PRAGMA application_id = \(application); PRAGMA user_version = 1; COMMIT"
    )
  }

  /// Looks a small file through that was not closed, since the machine may have failed.
  ///
  /// A process that was killed leaves the file whole: that is what the write-ahead log is for.
  private static func check(_ database: Database, _ file: String) throws {
    let pages = try database.integer("PRAGMA page_count")
    let wasClosed = try database.integer("SELECT value FROM meta WHERE name = 'clean'") == 1
    guard !wasClosed, pages <= maximumPagesToCheck else { return }
    let check = try Statement("PRAGMA quick_check(1)", on: database)
    guard try check.step() else { return }
    let verdict = String(decoding: check.bytes(0), as: UTF8.self)
    guard verdict == "ok" else { throw StoreOpenError.damaged(file, reason: verdict) }
  }

  /// 64 MiB, which takes less than half a second.
  private static let maximumPagesToCheck: Int64 = 16_384
}
