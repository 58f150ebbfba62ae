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
    /// Messages, up to the ticket before the next answer.
    case kept
    case failed(StoreTicket, StoreError)
    case other(StoreTicket, StoreAnswer)

    var ticket: StoreTicket? {
      switch self {
      case .kept: nil
      case .failed(let ticket, _), .other(let ticket, _): ticket
      }
    }
  }

  /// Who gets the answers.
  public weak var observer: (any MessageStoreObserver)?
  /// While true, answers wait.
  public var isDelayed = false {
    didSet { if hasAnswers { onPending?() } }
  }
  /// While true, every message is refused as ``StoreError/unavailable``.
  public var isFailing: Bool {
    get { fails }
    set { fails = newValue }
  }

  private var fails = false
  /// Called when there is something to ``answer()``, so that the loop does not sleep over it.
  public var onPending: (() -> Void)?
  /// What names this store, and the secret of its hashes.
  public let identity: StoreIdentity
  /// The first number that it gives.
  public let firstNumber: UInt64

  let limits: StoreLimits
  let entries = Slab(vacant: Entry())
  let pairs = Slab(vacant: Pair())
  let clients = Slab(vacant: Record())
  let keys = PlaceTable()
  let names = PlaceTable()
  let pairPlaces = PlaceTable()
  /// Messages that wait, by their numbers, and those that do not any more, as they were acknowledged.
  let waiting = AgeList()
  let history = AgeList()
  var historyBytes = 0
  /// The way of the last message, and how many pairs and clients have been forgotten.
  var recent: Route?
  var forgotten = 0
  /// Clients that are to be told of gaps.
  var gapped: Set<UInt32> = []
  /// Bytes of all that is kept; see ``StoredMessage/storedBytes``.
  public var heldBytes: Int { held }

  var held = 0
  var lastKept: UInt64 = 0
  private(set) var lastNumber: UInt64
  private var lastTicket: StoreTicket = 0
  private var answers: [Answer] = []
  /// Whether the last answer is of messages: then the next one needs none of its own.
  private var endsWithMessages = false

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
    lastNumber = firstNumber - 1
  }

  /// False while ``isFailing``.
  public var isAvailable: Bool { !fails }

  /// Whether what waits leaves no room for the smallest message.
  public var isFull: Bool { held - historyBytes > limits.totalBytes - 128 }

  /// Messages that are kept, those that were erased but whose keys live among them.
  public var count: Int { entries.count }

  /// Messages that wait for a client.
  public func waiting(for client: ClientID) -> Int {
    find(client).map { clients[$0].waiting } ?? 0
  }

  /// The next number.
  public func nextNumber() -> UInt64? {
    lastNumber = lastNumber + 1
    return lastNumber
  }

  /// Whether ``answer()`` has anything to say.
  public var hasAnswers: Bool { !isDelayed && !answers.isEmpty }

  /// Gives the answers to all calls so far.
  public func answer() {
    guard !isDelayed, !answers.isEmpty else { return }
    var due: [Answer] = []
    swap(&due, &answers)
    endsWithMessages = false
    let last = lastTicket
    for (place, answer) in due.enumerated() {
      switch answer {
      case .kept:
        let next = place + 1 < due.count ? due[place + 1].ticket : nil
        observer?.storeKept(through: next.map { $0 - 1 } ?? last)
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
    // Assigned as a whole: in a class, what is changed in place costs more.
    lastTicket = lastTicket + 1
    guard !endsWithMessages else { return lastTicket }
    endsWithMessages = true
    add(.kept)
    return lastTicket
  }

  func failed(_ error: StoreError) -> StoreTicket {
    lastTicket = lastTicket + 1
    endsWithMessages = false
    add(.failed(lastTicket, error))
    return lastTicket
  }

  func answered(_ answer: StoreAnswer) -> StoreTicket {
    lastTicket = lastTicket + 1
    endsWithMessages = false
    add(.other(lastTicket, answer))
    return lastTicket
  }

  private func add(_ answer: Answer) {
    answers.append(answer)
    if answers.count == 1, !isDelayed { onPending?() }
  }
}
