/// A ``Mailbox`` that forgets everything when the process ends.
///
/// Its answers come when ``answer()`` is called, once in each round of the loop. It can be told to
/// delay them, or to fail, as a store on disk would.
public final class MemoryMailbox: Mailbox {
  /// Bounds on what waits.
  public struct Limits: Sendable {
    /// Messages for one client.
    public var messages: Int
    /// Bytes for one client.
    public var bytes: Int
    /// Bytes for all clients.
    public var totalBytes: Int

    /// 10,000 messages and 64 MiB for one client, 1 GiB in all, unless told otherwise.
    public init(messages: Int = 10_000, bytes: Int = 64 << 20, totalBytes: Int = 1 << 30) {
      self.messages = messages
      self.bytes = bytes
      self.totalBytes = totalBytes
    }
  }

  private struct Box {
    var messages: [(number: UInt64, message: KeptMessage)] = []
    /// Messages at the front that have been acknowledged.
    var gone = 0
    var bytes = 0

    var waiting: ArraySlice<(number: UInt64, message: KeptMessage)> { messages[gone...] }
  }

  private enum Answer {
    case committed(MailboxTicket)
    case failed(MailboxTicket, MailboxError)
    case read(MailboxTicket, ClientID, [(number: UInt64, message: KeptMessage)])
  }

  /// Who gets the answers.
  public weak var observer: (any MailboxObserver)?
  /// While true, answers wait.
  public var isDelayed = false {
    didSet { if hasAnswers { onPending?() } }
  }
  /// While true, every message is refused as ``MailboxError/unavailable``.
  public var isFailing = false
  /// Called when there is something to ``answer()``, so that the loop does not sleep over it.
  public var onPending: (() -> Void)?

  private let limits: Limits
  private var boxes: [ClientID: Box] = [:]
  private var totalBytes = 0
  private var lastTicket: MailboxTicket = 0
  private var lastNumber: UInt64 = 0
  private var answers: [Answer] = []

  /// Starts empty.
  public init(limits: Limits = Limits()) {
    self.limits = limits
  }

  /// Whether ``answer()`` has anything to say.
  public var hasAnswers: Bool { !isDelayed && !answers.isEmpty }

  /// Messages that wait for `client`.
  public func count(for client: ClientID) -> Int { boxes[client]?.waiting.count ?? 0 }

  /// Bytes of all that waits.
  public var heldBytes: Int { totalBytes }

  /// Keeps a message, unless a limit is reached or ``isFailing``.
  public func append(_ message: KeptMessage, for client: ClientID) -> MailboxTicket {
    lastTicket += 1
    let waiting = boxes[client].map { ($0.waiting.count, $0.bytes) } ?? (0, 0)
    let size = Self.size(message)
    if isFailing {
      add(.failed(lastTicket, .unavailable))
    } else if waiting.0 >= limits.messages || waiting.1 > limits.bytes - size
      || totalBytes > limits.totalBytes - size
    {
      add(.failed(lastTicket, .full))
    } else {
      lastNumber += 1
      boxes[client, default: Box()].messages.append((lastNumber, message))
      boxes[client, default: Box()].bytes += size
      totalBytes += size
      add(.committed(lastTicket))
    }
    return lastTicket
  }

  /// Exact: whether anything waits for `client`.
  public func mayHold(for client: ClientID) -> Bool { boxes[client] != nil }

  /// Finds what waits for `client` beyond number `after`, up to `bytes`.
  public func read(_ client: ClientID, after: UInt64, bytes: Int) -> MailboxTicket {
    lastTicket += 1
    var found: [(number: UInt64, message: KeptMessage)] = []
    var room = bytes
    for entry in boxes[client]?.waiting ?? [] where entry.number > after {
      room -= Self.size(entry.message)
      if room < 0, !found.isEmpty { break }
      found.append(entry)
    }
    add(.read(lastTicket, client, found))
    return lastTicket
  }

  /// Forgets what waits for `client` up to a number.
  public func acknowledge(_ client: ClientID, through number: UInt64) {
    guard var box = boxes.removeValue(forKey: client) else { return }
    while let first = box.waiting.first, first.number <= number {
      box.bytes -= Self.size(first.message)
      totalBytes -= Self.size(first.message)
      box.gone += 1
    }
    guard !box.waiting.isEmpty else { return }
    // The front is cut off when it is half of the whole, so that each message is moved once at most.
    if box.gone * 2 > box.messages.count {
      box.messages.removeFirst(box.gone)
      box.gone = 0
    }
    boxes[client] = box
  }

  /// Gives the answers to all calls so far.
  public func answer() {
    guard !isDelayed, !answers.isEmpty else { return }
    var due: [Answer] = []
    swap(&due, &answers)
    for answer in due {
      switch answer {
      case .committed(let ticket): observer?.mailboxCommitted(through: ticket)
      case .failed(let ticket, let error): observer?.mailboxFailed(ticket, error)
      case .read(let ticket, let client, let messages):
        observer?.mailboxRead(ticket, client, messages)
      }
    }
  }

  private func add(_ answer: Answer) {
    if case .committed = answer, case .committed = answers.last {
      answers[answers.count - 1] = answer
      return
    }
    answers.append(answer)
    if answers.count == 1 { onPending?() }
  }

  /// What a message counts for: its body, and about what the rest of it takes.
  private static func size(_ message: KeptMessage) -> Int { message.body.count + 128 }
}
