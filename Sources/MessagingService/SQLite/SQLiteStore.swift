public import Messaging
public import UV

/// A ``MessageStore`` on disk, by SQLite.
///
/// All calls that come while a transaction is under way on another thread are the next one: a lone
/// message is committed at once, and under load thousands share a write to disk. What is answered as
/// kept survives `kill -9` and the loss of power.
///
/// When something cannot be written (a full disk, an I/O error, a lock that somebody holds), calls fail
/// as ``StoreError/unavailable`` until a probe, after a second and then less often, has been written. A
/// file that was deleted or replaced, or is damaged, needs a restart.
public final class SQLiteStore: MessageStore {
  /// Numbers that are reserved at a time.
  static let numbersReserved: UInt64 = 1 << 18
  /// What may wait for the disk; of more, messages are refused as ``StoreError/unavailable``.
  static let backlog = (messages: 100_000, bytes: 64 << 20)
  /// What one transaction takes in at most, so that none takes long.
  static let batch = (calls: 8192, bytes: 16 << 20)
  /// How long it is waited for another process that has a lock, such as a backup, ms.
  static let lockTimeout: Int32 = 1000

  /// Who gets the answers.
  public weak var observer: (any MessageStoreObserver)?
  /// Called when ``problem`` changes, for the log.
  public var onProblem: ((String?) -> Void)?
  /// What names this store, and the secret of its hashes.
  public let identity: StoreIdentity
  /// The first number that this process gives.
  public let firstNumber: UInt64
  /// Whether something can be kept.
  public internal(set) var isAvailable = true
  /// Whether what waits leaves no room.
  public internal(set) var isFull = false
  /// A sentence that says why nothing can be kept; `nil` while it can.
  public internal(set) var problem: String?

  let limits: StoreLimits
  let worker: StoreWorker
  let work: WorkQueue
  private(set) var hook: LoopHook?
  private(set) var timer: Timer?
  /// Calls that wait for the next batch; each that is answered has the next ticket.
  var calls: [StoreCall] = []
  var lastTicket: StoreTicket = 0
  /// The ticket of the last call that has been answered.
  var answered: StoreTicket = 0
  /// Messages and bytes that are not kept yet, those of the batch under way among them.
  var waiting = (messages: 0, bytes: 0)
  var isBusy = false
  var checkpoint = Checkpoint.none
  var needsWork = false
  var isLost = false
  var probeDelay = Duration.seconds(1)
  var closing: (() -> Void)?
  var keys: KeyFilter
  /// Keys from before this process, while they are read.
  var oldKeys: KeyFilter?
  /// Clients for which messages may wait, each with the ticket of the last.
  var holders: [UInt64: StoreTicket] = [:]
  var nextFree: UInt64
  var reserved: UInt64
  var reserving: UInt64?

  /// Opens the store in a folder, which is made if need be, and waits for that.
  ///
  /// - Parameters:
  ///   - folder: For this process only; its files can be read by this user only.
  ///   - limits: `totalBytes` is what the database may take.
  ///   - loop: Where calls come from and answers go to.
  public init(
    folder: String,
    limits: StoreLimits = StoreLimits(),
    on loop: EventLoop
  ) throws(StoreOpenError) {
    let place = try StoreFolder(folder)
    do {
      let database = try Database(place.file)
      database.setBusyTimeout(Self.lockTimeout)
      try StoreSchema.prepare(database, file: place.file, identity: Self.newIdentity())
      identity = try Self.identity(of: database)
      worker = try StoreWorker(database, folder: place, limits: limits)
      try worker.setClean(false)
      firstNumber = try worker.reserve(Self.numbersReserved)
    } catch let error as StoreOpenError {
      throw error
    } catch {
      throw StoreSchema.wrap(error as? SQLiteError, place.file)
    }
    self.limits = limits
    work = WorkQueue(on: loop)
    nextFree = firstNumber
    reserved = firstNumber + Self.numbersReserved
    keys = KeyFilter(retain: limits.retain)
    oldKeys = KeyFilter(retain: limits.retain)
    // Neither of libuv's calls ever fails.
    hook = try? LoopHook(on: loop, .withoutWaiting) { [unowned self] in start() }
    timer = try? Timer(on: loop) { [unowned self] in probe() }
    timer?.setKeepsLoopRunning(false)
    // What was known before is read some at a time; most of it at once, if it is little.
    for _ in 0..<8 where oldKeys != nil { take(worker.run(StoreBatch()), through: 0) }
    if oldKeys != nil { wake() }
  }

  deinit {
    hook?.close()
    timer?.close()
  }

  /// Keeps what has been asked for so far, and closes the files.
  ///
  /// - Parameter completion: Called when that is done, or can not be; from the call of `close` on
  ///   nothing may be asked for any more.
  public func close(completion: @escaping () -> Void) {
    precondition(closing == nil, "closed twice")
    closing = completion
    wake()
  }

  /// The next number.
  public func nextNumber() -> UInt64? {
    if reserved - nextFree < Self.numbersReserved / 2, reserving == nil { wake() }
    guard nextFree < reserved else { return nil }
    nextFree += 1
    return nextFree - 1
  }

  /// Where the write-ahead log is being brought into the file.
  enum Checkpoint {
    case none, aside
    /// Most of it has been: the rest is quick, and must be alone.
    case nearlyDone
  }

  /// Has a batch begin in the next round of the loop.
  func wake() {
    needsWork = true
    if !isBusy { hook?.start() }
  }

  private func start() {
    hook?.stop()
    startBatch()
  }

  private static func newIdentity() -> (log: String, key: UInt128) {
    var generator = SystemRandomNumberGenerator()
    let log = UInt64.random(in: 1 << 60...UInt64.max, using: &generator)
    return (String(log, radix: 36), UInt128.random(in: 0...UInt128.max, using: &generator))
  }

  private static func identity(of database: Database) throws(SQLiteError) -> StoreIdentity {
    let log = try Statement("SELECT value FROM meta WHERE name = 'log'", on: database)
    let key = try Statement("SELECT value FROM meta WHERE name = 'key'", on: database)
    guard try log.step(), try key.step(), key.count(0) == 16, 1...64 ~= log.count(0) else {
      throw SQLiteError(code: 11, message: "the name of the store is missing")
    }
    let secret = key.wide(0)
    return StoreIdentity(
      log: String(decoding: log.bytes(0), as: UTF8.self),
      key: SipHash.Key(
        low: UInt64(truncatingIfNeeded: secret),
        high: UInt64(truncatingIfNeeded: secret >> 64)
      )
    )
  }
}
