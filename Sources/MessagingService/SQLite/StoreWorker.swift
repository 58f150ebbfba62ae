import CSQLite
import Messaging

/// Does what a ``SQLiteStore`` is asked for, one batch at a time, on threads of the pool.
///
/// It is in the hands of one thread at a time: the store starts a batch when the one before has been
/// completed on the loop, and libuv's lock orders what the two threads see. Hence `@unchecked`.
final class StoreWorker: @unchecked Sendable {
  let database: Database
  let statements: StoreStatements
  let limits: StoreLimits
  /// Another connection, for one thread at a time as well.
  private let second: Database
  private let folder: StoreFolder
  private let mark: StoreFolder.Mark?
  private let logMark: StoreFolder.Mark?

  /// What is known of clients, as it is in the file or, until the batch ends, newer.
  var clients = ClientRows()
  /// Parts of `ids` that there are, the oldest first.
  var parts: [UInt64] = []
  /// The last messages, and how far the tables have them.
  var tail = StoreTail()
  var indexing = StoreIndexing()
  /// Messages up to this number have outlived their time, judged at `cutoff`.
  var expired: (through: UInt64, cutoff: UInt64) = (0, 0)
  /// No message up to this number may be let go for want of room.
  var evictedThrough: UInt64 = 0
  /// Bytes in use, and those that have come since that was measured, about.
  var usedBytes = 0
  var addedBytes = 0
  var isFull = false
  /// The latest time that any call has brought.
  var now: UInt64 = 0
  var cleaning = StoreCleaning()
  var loading: StoreLoading? = StoreLoading()

  /// Takes an open database, whose format has been seen to.
  init(_ database: Database, folder: StoreFolder, limits: StoreLimits) throws(SQLiteError) {
    self.database = database
    self.folder = folder
    self.limits = limits
    statements = try StoreStatements(on: database)
    second = try Database(folder.file)
    second.setBusyTimeout(0)
    mark = folder.mark
    logMark = folder.logMark
    try loadParts()
    try loadTail()
  }

  /// Carries a batch out: all of it, or nothing.
  func run(_ batch: StoreBatch) -> StoreReport {
    var report = StoreReport()
    report.outcomes.reserveCapacity(batch.calls.count)
    do {
      try statements.begin.run()
      try measure()
      for call in batch.calls { report.outcomes.append(try perform(call)) }
      if let reserve = batch.reserve { try statements.reserve.bind(1, reserve).run() }
      try indexSome()
      report.hasMore = try clean(atMost: batch.calls.count + 256)
      try load(into: &report)
      for row in clients.takeChanged() { try save(row) }
      report.drained = clients.takeDrained()
      try statements.commit.run()
      report.isFull = isFull
      report.needsCheckpoint = database.logPages >= Self.pagesToCheckpoint
      try checkFiles()
    } catch {
      fail(&report, batch, error)
    }
    for size in batch.calls.lazy.compactMap(\.messageBytes) {
      report.messages += 1
      report.messageBytes += size
    }
    return report
  }

  /// Tries whether something can be written.
  func probe() -> StoreReport {
    var report = StoreReport()
    do {
      try statements.begin.run()
      try statements.probe.run()
      try statements.commit.run()
      try checkFiles()
    } catch {
      fail(&report, StoreBatch(), error)
    }
    return report
  }

  /// Brings the write-ahead log into the file, so that it can begin anew.
  func checkpoint() {
    // When it fails, the log grows, and the next one tries again; a batch says what is wrong.
    _ = try? database.checkpoint(truncates: false)
  }

  /// Brings most of the log into the file while batches go on: on another thread than they.
  func checkpointAside() {
    // As above.
    _ = try? second.checkpoint(truncates: false)
  }

  /// Notes whether a process has the file open.
  func setClean(_ isClean: Bool) throws(SQLiteError) {
    try statements.setClean.bind(1, isClean ? 1 as Int64 : 0).run()
    if isClean { try database.checkpoint(truncates: true) }
  }

  /// Reserves numbers.
  ///
  /// - Returns: The first of them.
  func reserve(_ count: UInt64) throws(SQLiteError) -> UInt64 {
    let first = try database.integer("SELECT value FROM meta WHERE name = 'reserved'")
    try statements.reserve.bind(1, UInt64(clamping: first) + count).run()
    return UInt64(clamping: first)
  }

  /// 16 MiB: it takes as long as some commits.
  private static let pagesToCheckpoint = 4096

  private func perform(_ call: StoreCall) throws(SQLiteError) -> StoreOutcome {
    switch call {
    case .keep(let message, let key, let digest, let isOffered):
      try keep(message, key, digest, isOffered)
    case .find(let key, let time): .answered(.found(try find(key, at: time)))
    case .open(let client, let since, let time):
      .answered(.opened(try open(client, since: since, at: time)))
    case .close(let client): try close(client)
    case .read(let client, let after, let own, let bytes, let time):
      .answered(try read(client, after: after, own: own, bytes: bytes, at: time))
    case .acknowledge(let client, let through, let time):
      .answered(.acknowledged(try acknowledge(client, through: through, at: time)))
    case .markRead(let key, let reader, let time):
      .answered(.marked(try markRead(key, by: reader, at: time)))
    case .history(let query): .answered(try history(query))
    case .fetch(let client, let number, let time):
      .answered(.messages(try fetch(client, number, at: time), more: false))
    case .countWaiting(let client, let time):
      .answered(.waiting(count: try countWaiting(for: client, at: time)))
    case .erase(let client): .answered(.erased(count: try erase(client)))
    case .refused: .failed(.unavailable)
    }
  }

  /// A file that was deleted or replaced takes with it what is written: no promise can be given.
  private func checkFiles() throws {
    guard mark != nil, folder.mark == mark, folder.logMark == logMark else { throw FileIsGone() }
  }

  private struct FileIsGone: Error {}

  private func fail(_ report: inout StoreReport, _ batch: StoreBatch, _ error: any Error) {
    if database.isInTransaction { try? statements.rollback.run() }
    // What is remembered may be of what has been undone.
    clients = ClientRows()
    parts = []
    expired = (0, 0)
    evictedThrough = 0
    loading?.restart()
    try? loadParts()
    try? loadTail()
    let outcomes = batch.calls.map { call -> StoreOutcome in
      call.isAnswered ? .failed(.unavailable) : .silent
    }
    report = StoreReport(outcomes: outcomes, isFull: isFull)
    guard let error = error as? SQLiteError else {
      report.problem = StoreProblem(
        sentence:
          "The file \(folder.file) or its -wal file has been deleted or replaced: nothing is "
          + "kept any more until the server is started again.",
        isFinal: true
      )
      return
    }
    report.problem =
      error.isDamage
      ? StoreProblem(
        sentence:
          "The file \(folder.file) is damaged: \(error); nothing is kept any more until it is "
          + "repaired or replaced and the server started again.",
        isFinal: true
      )
      : StoreProblem(
        sentence:
          "The file \(folder.file) cannot be written: \(error); nothing is kept until it can.",
        isFinal: false
      )
  }
}
