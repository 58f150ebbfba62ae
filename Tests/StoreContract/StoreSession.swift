public import Messaging
import Testing

/// Calls a store and waits for its answers.
public final class StoreSession: MessageStoreObserver {
  /// What a store has said.
  public enum Event: Equatable {
    case kept(StoreTicket)
    case failed(StoreTicket, StoreError)
    case answered(StoreTicket)
  }

  /// What became of a message.
  public enum Outcome: Equatable {
    case kept
    case failed(StoreError)
  }

  /// A Tuesday.
  public static let start: UInt64 = 1_700_000_000_000

  /// The store under test.
  public let harness: any StoreHarness
  /// All that it has said.
  public private(set) var events: [Event] = []
  /// Whether the last read left messages behind.
  public private(set) var more = false
  private var answers: [StoreTicket: StoreAnswer] = [:]
  private var failures: [StoreTicket: StoreError] = [:]
  private var answered: StoreTicket = 0

  /// Becomes the store's observer.
  public init(_ harness: any StoreHarness) {
    self.harness = harness
    harness.store.observer = self
  }

  /// The store.
  public var store: any MessageStore { harness.store }

  /// Notes that messages are kept.
  public func storeKept(through ticket: StoreTicket) {
    events.append(.kept(ticket))
    #expect(ticket > answered)
    answered = ticket
  }

  /// Notes that a call failed.
  public func storeFailed(_ ticket: StoreTicket, _ error: StoreError) {
    events.append(.failed(ticket, error))
    #expect(ticket > answered)
    answered = ticket
    failures[ticket] = error
  }

  /// Notes an answer.
  public func storeAnswered(_ ticket: StoreTicket, _ answer: StoreAnswer) {
    events.append(.answered(ticket))
    #expect(ticket > answered)
    answered = ticket
    answers[ticket] = answer
  }

  /// Waits until a call is answered, and so all before it.
  public func settle(_ ticket: StoreTicket) throws {
    try harness.run { [unowned self] in answered >= ticket }
    try #require(answered >= ticket, "no answer to \(ticket)")
  }

  /// The key of a message.
  public func key(_ from: String, _ id: String) -> MessageKey {
    MessageKey(Array(from.utf8).span, Array(id.utf8).span, key: store.identity.key)
  }

  /// Asks for a message to be kept, with the next number and `id` as its digest.
  @discardableResult
  public func put(
    _ from: String,
    _ to: String,
    _ id: String,
    _ body: [UInt8] = Array("\"hello\"".utf8),
    at time: UInt64 = 0,
    form: BodyForm = .text,
    mime: String = "",
    name: String = "",
    isOffered: Bool = false
  ) throws -> (ticket: StoreTicket, seq: UInt64) {
    let number = try #require(store.nextNumber())
    let message = StoredMessage(
      seq: number,
      at: Self.start + time,
      from: try ClientID(from),
      to: try ClientID(to),
      id: Array(id.utf8),
      form: form,
      mime: Array(mime.utf8),
      name: Array(name.utf8),
      body: body[...]
    )
    let ticket = store.keep(
      message,
      key: key(from, id),
      digest: UInt128(id.utf8.count),
      isOffered: isOffered
    )
    return (ticket, number)
  }

  /// Asks for a message to be kept, and waits for it.
  public func keep(
    _ from: String,
    _ to: String,
    _ id: String,
    _ body: [UInt8] = Array("\"hello\"".utf8),
    at time: UInt64 = 0,
    isOffered: Bool = false
  ) throws -> Outcome {
    let call = try put(from, to, id, body, at: time, isOffered: isOffered)
    try settle(call.ticket)
    return failures[call.ticket].map { .failed($0) } ?? .kept
  }

  /// The answer to a call.
  public func answer(_ ticket: StoreTicket) throws -> StoreAnswer {
    try settle(ticket)
    return try #require(answers[ticket], "\(failures[ticket].map { "\($0)" } ?? "kept?")")
  }

  /// What is known of a message.
  public func find(_ from: String, _ id: String, at time: UInt64 = 0) throws -> KnownMessage? {
    let ticket = store.find(key(from, id), at: Self.start + time)
    guard case .found(let known) = try answer(ticket) else { throw WrongAnswer() }
    return known
  }

  /// What is known of a client.
  public func open(_ client: String, since: UInt64? = nil, at time: UInt64 = 0) throws
    -> ClientRecord
  {
    let ticket = store.open(try ClientID(client), since: since, at: Self.start + time)
    guard case .opened(let record) = try answer(ticket) else { throw WrongAnswer() }
    return record
  }

  /// Notes that a client has gone.
  public func close(_ client: String, at time: UInt64 = 0) throws {
    store.close(try ClientID(client), at: Self.start + time)
  }

  /// Messages of a client's log.
  public func read(
    _ client: String,
    after: UInt64 = 0,
    own: Bool = false,
    bytes: Int = 1 << 20,
    at time: UInt64 = 0
  ) throws -> [StoredMessage] {
    let ticket = store.read(
      try ClientID(client),
      after: after,
      own: own,
      bytes: bytes,
      at: Self.start + time
    )
    guard case .messages(let messages, let more) = try answer(ticket) else { throw WrongAnswer() }
    self.more = more
    return messages
  }

  /// What an acknowledgement has done.
  public func acknowledge(_ client: String, through: UInt64, at time: UInt64 = 0) throws
    -> Acknowledgement
  {
    let ticket = store.acknowledge(
      try ClientID(client),
      through: through,
      at: Self.start + time
    )
    guard case .acknowledged(let acknowledgement) = try answer(ticket) else { throw WrongAnswer() }
    return acknowledgement
  }

  /// What reading a message has done.
  public func markRead(_ from: String, _ id: String, by reader: String, at time: UInt64 = 0) throws
    -> Marked
  {
    let ticket = store.markRead(key(from, id), by: try ClientID(reader), at: Self.start + time)
    guard case .marked(let marked) = try answer(ticket) else { throw WrongAnswer() }
    return marked
  }

  /// Messages between two clients, the newest first.
  public func history(
    _ client: String,
    _ peer: String,
    before: UInt64? = nil,
    limit: Int = 50,
    bytes: Int = 1 << 20,
    at time: UInt64 = 0
  ) throws -> (entries: [HistoryEntry], more: Bool) {
    let ticket = store.history(
      of: try ClientID(client),
      with: try ClientID(peer),
      before: before,
      limit: limit,
      bytes: bytes,
      at: Self.start + time
    )
    guard case .history(let entries, let more) = try answer(ticket) else { throw WrongAnswer() }
    return (entries, more)
  }

  /// One message of a client's log.
  public func fetch(_ client: String, _ number: UInt64, at time: UInt64 = 0) throws
    -> StoredMessage?
  {
    let ticket = store.fetch(try ClientID(client), number, at: Self.start + time)
    guard case .messages(let messages, _) = try answer(ticket) else { throw WrongAnswer() }
    #expect(messages.count <= 1)
    return messages.first
  }

  /// How many messages wait for a client.
  public func countWaiting(_ client: String, at time: UInt64 = 0) throws -> Int {
    let ticket = store.countWaiting(for: try ClientID(client), at: Self.start + time)
    guard case .waiting(let count) = try answer(ticket) else { throw WrongAnswer() }
    return count
  }

  /// How many messages have gone with a client's log.
  public func erase(_ client: String) throws -> Int {
    guard case .erased(let count) = try answer(store.erase(try ClientID(client))) else {
      throw WrongAnswer()
    }
    return count
  }
}

/// The answer to another question.
struct WrongAnswer: Error {}

/// The ids of messages.
func ids(_ messages: [StoredMessage]) -> [String] {
  messages.map { String(decoding: $0.id, as: UTF8.self) }
}

/// Ids and states of messages, such as `1 read`.
func states(_ entries: [HistoryEntry]) -> [String] {
  entries.map { "\(String(decoding: $0.id, as: UTF8.self)) \($0.state)" }
}

/// Receipts, such as `delivered a→b 1`.
func lines(_ receipts: [Receipt]) -> [String] {
  receipts.map {
    "\($0.kind) \($0.sender)→\($0.recipient) \(String(decoding: $0.id, as: UTF8.self))"
  }
}
