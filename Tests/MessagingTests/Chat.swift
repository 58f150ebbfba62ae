import Messaging

/// A manager with its store and a recording outlet, and the words to play a conversation.
final class Chat: MessageStoreObserver {
  static let day: UInt64 = 24 * 60 * 60 * 1000

  let outlet = RecordingOutlet()
  let store: MemoryStore
  let manager: ConnectionManager
  /// The clock, ms; at first a whole number of the periods in which pairs are counted.
  var now: UInt64 = 100 << 16
  private var places: [ConnectionID: UInt32] = [:]
  private var names: [ConnectionID: ClientID] = [:]

  /// The time of day when the clock stood at zero.
  static let epoch: UInt64 = 1_700_000_000_000

  init(
    _ duplicateIDs: ConnectionManager.DuplicateIDs = .share,
    leaveGrace: UInt64 = 0,
    limits: StoreLimits = .init(),
    authenticator: (any Authenticator)? = nil,
    _ change: (inout ConnectionManager.Settings) -> Void = { _ in }
  ) {
    let identity = StoreIdentity(log: "log", key: SipHash.Key(low: 1, high: 2))
    store = MemoryStore(identity: identity, limits: limits)
    var settings = ConnectionManager.Settings()
    settings.duplicateIDs = duplicateIDs
    settings.leaveGrace = leaveGrace
    settings.limits = limits
    change(&settings)
    manager = ConnectionManager(
      settings: settings,
      store: store,
      authenticator: authenticator
    )
    manager.epoch = Self.epoch
    store.observer = self
  }

  /// The present, as messages have it.
  var at: UInt64 { Self.epoch + now }

  // MARK: What clients do

  @discardableResult
  func connect(_ id: ClientID, _ connection: ConnectionID) -> UInt32 {
    open(id, connection, .plain)
  }

  /// A client of `sotto.v1` connects, and gets its `welcome` in the next round.
  @discardableResult
  func join(_ id: ClientID, _ connection: ConnectionID, since: UInt64? = nil) -> UInt32 {
    open(id, connection, .v1(since: since))
  }

  @discardableResult
  func open(
    _ id: ClientID,
    _ connection: ConnectionID,
    _ dialect: Dialect,
    pass: Pass? = nil
  ) -> UInt32 {
    let place = manager.connect(id, connection, dialect, pass: pass, at: now, through: outlet)
    places[connection] = place
    names[connection] = id
    return place
  }

  /// A client of `sotto.v1` sends a frame.
  func ask(_ frame: String, over connection: ConnectionID) {
    ask(Array(frame.utf8), .text, over: connection)
  }

  func ask(_ frame: [UInt8], _ form: MessageForm, over connection: ConnectionID) {
    guard let place = places[connection] else { return }
    manager.receive(
      frame.span,
      form,
      from: place,
      over: connection,
      at: now,
      through: outlet
    )
  }

  /// Ends a connection; `unsent` are texts as they were delivered.
  func disconnect(_ connection: ConnectionID, unsent: [String] = [], isTold: Bool = true) {
    disconnect(
      connection,
      unsent: unsent.map { UndeliveredMessage(.text, ArraySlice($0.utf8)) },
      isTold: isTold
    )
  }

  func disconnect(
    _ connection: ConnectionID,
    unsent: [UndeliveredMessage],
    why: LeaveReason = .closed,
    isClean: Bool = true,
    silence: UInt64 = 0,
    isTold: Bool = true
  ) {
    guard let place = places.removeValue(forKey: connection) else { return }
    outlet.room[connection] = 0
    manager.disconnect(
      place,
      connection,
      unsent: unsent,
      why: why,
      isClean: isClean,
      silence: silence,
      isTold: isTold,
      at: now,
      through: outlet
    )
  }

  func send(_ payload: String, over connection: ConnectionID) {
    send(Array(payload.utf8), .text, over: connection)
  }

  func send(_ payload: [UInt8], _ form: MessageForm, over connection: ConnectionID) {
    guard let place = places[connection] else { return }
    manager.sendPersonalMessage(
      payload.span,
      form,
      from: place,
      over: connection,
      at: now,
      through: outlet
    )
  }

  /// What a connection has got since it was last asked, as text.
  func take(_ connection: ConnectionID) -> [String] { outlet.take(connection).map(\.text) }

  // MARK: The loop

  /// One round: what `StorePump` does.
  func round() {
    manager.checkFeeds(at: now, through: outlet)
    store.answer()
  }

  /// Rounds until nothing is under way.
  func settle() {
    repeat { round() } while manager.hasFeedsToCheck || store.hasAnswers
  }

  /// The system has taken all that a connection was given.
  func drain(_ connection: ConnectionID) {
    outlet.unsent[connection] = nil
    guard let place = places[connection] else { return }
    manager.drained(place, connection, at: now, through: outlet)
  }

  func endGraces() { manager.endGraces(at: now, through: outlet) }

  func storeKept(through ticket: StoreTicket) {
    manager.storeKept(through: ticket, through: outlet)
  }

  func storeFailed(_ ticket: StoreTicket, _ error: StoreError) {
    manager.storeFailed(ticket, error, at: now, through: outlet)
  }

  func storeAnswered(_ ticket: StoreTicket, _ answer: StoreAnswer) {
    manager.storeAnswered(ticket, answer, at: now, through: outlet)
  }
}

/// The lines of the plain protocol, as a client gets them.
enum Line {
  static func says(_ sender: String, _ text: String) -> String { "Client #\(sender) says: \(text)" }
  static func left(_ client: String) -> String { "Client #\(client) left the chat" }
  static func offline(_ target: String) -> String {
    "Client #\(target) is offline; the message is kept and will be delivered when they connect"
  }
}
