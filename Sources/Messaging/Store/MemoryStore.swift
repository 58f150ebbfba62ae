/// A ``MessageStore`` that forgets everything when the process ends.
///
/// Its answers come when ``answer()`` is called, once in each round of the loop. It can be told to
/// delay them, or to fail, as a store on disk would. What has outlived its time goes when something
/// else is kept or asked for; when all room is taken, the history that was acknowledged first goes.
public final class MemoryStore: MessageStore {
  /// Senders of whose lost messages one client is told at most, and clients that wait to be told.
  static let maximumGaps = (senders: 1000, clients: 10_000)
  /// Peers of one client whose receipts wait for it; of more the oldest goes.
  static let maximumNews = 1000

  private enum Answer {
    case kept(StoreTicket)
    case failed(StoreTicket, StoreError)
    case other(StoreTicket, StoreAnswer)
  }

  /// Who gets the answers.
  public weak var observer: (any MessageStoreObserver)?
  /// While true, answers wait.
  public var isDelayed = false {
    didSet { if hasAnswers { onPending?() } }
  }
  /// While true, every message is refused as ``StoreError/unavailable``.
  public var isFailing = false
  /// Called when there is something to ``answer()``, so that the loop does not sleep over it.
  public var onPending: (() -> Void)?
  /// What names this store, and the secret of its hashes.
  public let identity: StoreIdentity
  /// The first number that it gives.
  public let firstNumber: UInt64

  let limits: StoreLimits
  /// All that changes with each message.
  private let contents: PlainMemory<Contents>

  /// What is in `contents`.
  private struct Contents {
    var entries = Slab(vacant: Entry())
    var pairs = Slab(vacant: Pair())
    var clients = Slab(vacant: Record())
    var keys = PlaceTable()
    var names = PlaceTable()
    var pairPlaces = PlaceTable()
    var waiting = AgeList()
    var history = AgeList()
    var historyBytes = 0
    var heldBytes = 0
    var recentPair = Slab<Pair>.nowhere
    var lastKept: UInt64 = 0
    var lastNumber: UInt64
    var lastTicket: StoreTicket = 0
    var answers: [Answer] = []
  }

  /// Clients that are to be told of gaps.
  var gapped: Set<UInt32> = []

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - identity: Not to be guessed: its secret keeps others from finding colliding names.
  ///   - limits: What may be kept.
  ///   - firstNumber: 1 or more.
  public init(identity: StoreIdentity, limits: StoreLimits = StoreLimits(), firstNumber: UInt64 = 1)
  {
    precondition(firstNumber > 0)
    self.identity = identity
    self.limits = limits
    self.firstNumber = firstNumber
    contents = PlainMemory(Contents(lastNumber: firstNumber - 1))
  }

  /// False while ``isFailing``.
  public var isAvailable: Bool { !isFailing }

  /// Whether what waits leaves no room for the smallest message.
  public var isFull: Bool { heldBytes - historyBytes > limits.totalBytes - 128 }

  /// Messages that are kept, those that were erased but whose keys live among them.
  public var count: Int { entries.count }

  /// Messages that wait for a client.
  public func waiting(for client: ClientID) -> Int {
    find(client).map { clients[$0].waiting } ?? 0
  }

  /// The next number.
  public func nextNumber() -> UInt64? {
    lastNumber += 1
    return lastNumber
  }

  /// Whether ``answer()`` has anything to say.
  public var hasAnswers: Bool { !isDelayed && !answers.isEmpty }

  /// Gives the answers to all calls so far.
  public func answer() {
    guard !isDelayed, !answers.isEmpty else { return }
    var due: [Answer] = []
    swap(&due, &answers)
    for answer in due {
      switch answer {
      case .kept(let ticket): observer?.storeKept(through: ticket)
      case .failed(let ticket, let error): observer?.storeFailed(ticket, error)
      case .other(let ticket, let answer): observer?.storeAnswered(ticket, answer)
      }
    }
    // The memory serves again, unless there was a flood.
    if answers.isEmpty, due.count <= 1024 {
      due.removeAll(keepingCapacity: true)
      swap(&due, &answers)
    }
  }

  /// Notes that a message is kept: one answer for all that follow each other.
  @inline(__always)
  func kept() -> StoreTicket {
    lastTicket += 1
    if case .kept = answers.last {
      answers[answers.count - 1] = .kept(lastTicket)
    } else {
      add(.kept(lastTicket))
    }
    return lastTicket
  }

  func failed(_ error: StoreError) -> StoreTicket {
    lastTicket += 1
    add(.failed(lastTicket, error))
    return lastTicket
  }

  func answered(_ answer: StoreAnswer) -> StoreTicket {
    lastTicket += 1
    add(.other(lastTicket, answer))
    return lastTicket
  }

  private func add(_ answer: Answer) {
    answers.append(answer)
    if answers.count == 1, !isDelayed { onPending?() }
  }
}

/// The parts of the contents, each lent by itself.
extension MemoryStore {
  /// The messages.
  var entries: Slab<Entry> {
    @inline(__always) _read { yield contents.value.entries }
    @inline(__always) _modify { yield &contents.value.entries }
  }

  /// Those who have written to each other.
  var pairs: Slab<Pair> {
    @inline(__always) _read { yield contents.value.pairs }
    @inline(__always) _modify { yield &contents.value.pairs }
  }

  /// The clients.
  var clients: Slab<Record> {
    @inline(__always) _read { yield contents.value.clients }
    @inline(__always) _modify { yield &contents.value.clients }
  }

  /// The places of messages by their keys.
  var keys: PlaceTable {
    @inline(__always) _read { yield contents.value.keys }
    @inline(__always) _modify { yield &contents.value.keys }
  }

  /// The places of clients by their names.
  var names: PlaceTable {
    @inline(__always) _read { yield contents.value.names }
    @inline(__always) _modify { yield &contents.value.names }
  }

  /// The places of pairs.
  var pairPlaces: PlaceTable {
    @inline(__always) _read { yield contents.value.pairPlaces }
    @inline(__always) _modify { yield &contents.value.pairPlaces }
  }

  /// Messages that wait, by their numbers.
  var waiting: AgeList {
    @inline(__always) _read { yield contents.value.waiting }
    @inline(__always) _modify { yield &contents.value.waiting }
  }

  /// Messages that do not wait any more, as they were acknowledged.
  var history: AgeList {
    @inline(__always) _read { yield contents.value.history }
    @inline(__always) _modify { yield &contents.value.history }
  }

  /// The bytes of those.
  var historyBytes: Int {
    @inline(__always) _read { yield contents.value.historyBytes }
    @inline(__always) _modify { yield &contents.value.historyBytes }
  }

  /// The number of the message that was kept last.
  var lastKept: UInt64 {
    @inline(__always) _read { yield contents.value.lastKept }
    @inline(__always) _modify { yield &contents.value.lastKept }
  }

  /// The pair of the last message.
  var recentPair: UInt32 {
    @inline(__always) get { contents.value.recentPair }
    @inline(__always) set { contents.value.recentPair = newValue }
  }

  /// Bytes of all that is kept; see ``StoredMessage/storedBytes``.
  public internal(set) var heldBytes: Int {
    @inline(__always) get { contents.value.heldBytes }
    @inline(__always) set { contents.value.heldBytes = newValue }
  }

  private(set) var lastNumber: UInt64 {
    @inline(__always) get { contents.value.lastNumber }
    @inline(__always) set { contents.value.lastNumber = newValue }
  }

  private var lastTicket: StoreTicket {
    @inline(__always) get { contents.value.lastTicket }
    @inline(__always) set { contents.value.lastTicket = newValue }
  }

  private var answers: [Answer] {
    @inline(__always) _read { yield contents.value.answers }
    @inline(__always) _modify { yield &contents.value.answers }
  }
}
