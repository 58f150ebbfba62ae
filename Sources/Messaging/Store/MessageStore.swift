/// Where messages are kept: a log for each client, with what it has received and what it has sent.
///
/// It works like a store on disk, even when it is none: calls return at once, are carried out in
/// their order, and each that returns a ticket is answered by the ``MessageStoreObserver``, in that
/// order too and never within a call. What a call changes counts for all calls after it. All calls
/// come from one thread; times are in ms since 1970.
public protocol MessageStore: AnyObject {
  /// Who gets the answers; set before the first call.
  var observer: (any MessageStoreObserver)? { get set }
  /// What names this store, and the secret of its hashes.
  var identity: StoreIdentity { get }
  /// False while nothing can be kept: from the first write that failed until one has worked again.
  var isAvailable: Bool { get }
  /// Whether all that may be kept is kept: nothing more can be until clients acknowledge.
  var isFull: Bool { get }

  /// A number for a message, greater than all before it and never given twice, whatever happens to the
  /// process; `nil` when there is none at the moment.
  func nextNumber() -> UInt64?
  /// Numbers below this one may have been given by an earlier process.
  var firstNumber: UInt64 { get }

  /// Whether a message with this key may have been kept: false only when it is certain that none was.
  func mayKnow(_ key: MessageKey) -> Bool
  /// Looks a message up. Answered by `found`.
  func find(_ key: MessageKey, at now: UInt64) -> StoreTicket
  /// Keeps a message. Answered by `storeKept` or `storeFailed`.
  ///
  /// - Parameters:
  ///   - message: Its number comes from `nextNumber`, and is greater than that of the one before.
  ///   - key: Known neither before nor now.
  ///   - digest: See ``MessageDigest``.
  ///   - isOffered: Whether it is on its way to a connection of its recipient already.
  func keep(
    _ message: consuming StoredMessage,
    key: MessageKey,
    digest: UInt128,
    isOffered: Bool
  ) -> StoreTicket

  /// Whether messages may wait for `client`: false only when it is certain that none do.
  func mayHold(for client: ClientID) -> Bool
  /// Asks what is known of a client that connects. Answered by `opened`.
  ///
  /// - Parameter since: Count what follows after that number of its log, its own messages included;
  ///   `nil` for what it has not acknowledged.
  func open(_ client: ClientID, since: UInt64?, at now: UInt64) -> StoreTicket
  /// Notes that a client has gone that had been told all that there was to tell; not called for one that
  /// may have missed something.
  func close(_ client: ClientID, at now: UInt64)
  /// Asks for messages of a client's log behind number `after`, oldest first, as many as fit into
  /// `bytes`, but at least one if there are any; they count as offered. Answered by `messages`.
  ///
  /// - Parameter own: Whether those are meant, too, that it has sent. One to itself is in its log once.
  func read(
    _ client: ClientID,
    after: UInt64,
    own: Bool,
    bytes: Int,
    at now: UInt64
  ) -> StoreTicket
  /// A client has processed all messages to it up to number `through`. Answered by `acknowledged`.
  func acknowledge(_ client: ClientID, through: UInt64, at now: UInt64) -> StoreTicket
  /// `reader` has read the message with this key, and earlier ones of the same sender. Answered by `marked`.
  func markRead(_ key: MessageKey, by reader: ClientID, at now: UInt64) -> StoreTicket
  /// Asks for messages between two clients, newest first, below number `before`. Answered by `history`.
  ///
  /// - Parameters:
  ///   - limit: 1 to 100.
  ///   - bytes: What the bodies may have together; at least one message comes if there is any.
  func history(
    of client: ClientID,
    with peer: ClientID,
    before: UInt64?,
    limit: Int,
    bytes: Int,
    at now: UInt64
  ) -> StoreTicket
  /// Asks for one message of a client's log. Answered by `messages`, with one or none.
  func fetch(_ client: ClientID, _ number: UInt64, at now: UInt64) -> StoreTicket
  /// Counts the messages that a client has not acknowledged; changes nothing that it is told later.
  /// Answered by `waiting`.
  func countWaiting(for client: ClientID, at now: UInt64) -> StoreTicket
  /// Forgets a client's log: what others have of it stays in theirs. Answered by `erased`.
  func erase(_ client: ClientID) -> StoreTicket
}

/// The number of a call: they rise by one in the order of the calls that are answered.
public typealias StoreTicket = UInt64

/// Who gets a ``MessageStore``'s answers.
public protocol MessageStoreObserver: AnyObject {
  /// All messages up to this ticket whose calls were not answered yet are kept for good.
  func storeKept(through ticket: StoreTicket)
  /// What was asked for could not be done; a message was not kept.
  func storeFailed(_ ticket: StoreTicket, _ error: StoreError)
  /// The answer to another call.
  func storeAnswered(_ ticket: StoreTicket, _ answer: StoreAnswer)
}

/// Why a ``MessageStore`` did not do something.
public enum StoreError: Error, Equatable, Sendable {
  /// As many messages, or bytes, wait for this client as may, or in all.
  case full
  /// It does not work at the moment; whether a message was kept is not known.
  case unavailable
}

/// What names a store.
public struct StoreIdentity: Equatable, Sendable {
  /// Another store has another name; 1 to 64 characters of ASCII.
  public let log: String
  /// For ``MessageKey`` and ``MessageDigest``; the same as long as the store lives.
  public let key: SipHash.Key

  /// Puts one together.
  public init(log: String, key: SipHash.Key) {
    self.log = log
    self.key = key
  }

  /// That of a new store.
  public static func random() -> StoreIdentity {
    var random = SystemRandomNumberGenerator()
    let key = SipHash.Key(low: random.next(), high: random.next())
    return StoreIdentity(log: String(random.next() as UInt64, radix: 16), key: key)
  }
}

/// Bounds on what a ``MessageStore`` keeps.
public struct StoreLimits: Sendable {
  /// Messages that wait for one client.
  public var messages: Int
  /// Bytes that wait for one client; see ``StoredMessage/storedBytes``.
  public var bytes: Int
  /// Bytes in all.
  public var totalBytes: Int
  /// How long messages and their keys are kept, ms.
  public var retain: UInt64

  /// 10,000 messages and 64 MiB for one client, 8 GiB in all, for seven days, unless told otherwise.
  public init(
    messages: Int = 10_000,
    bytes: Int = 64 << 20,
    totalBytes: Int = 8 << 30,
    retain: UInt64 = 7 * 24 * 60 * 60 * 1000
  ) {
    self.messages = messages
    self.bytes = bytes
    self.totalBytes = totalBytes
    self.retain = retain
  }
}
