import Messaging

/// A manager with its mailbox and a recording outlet, and the words to play a conversation.
final class Chat: MailboxObserver {
  static let day: UInt64 = 24 * 60 * 60 * 1000

  let outlet = RecordingOutlet()
  let mailbox: MemoryMailbox
  let manager: ConnectionManager
  /// The clock, ms; at first a whole number of the periods in which pairs are counted.
  var now: UInt64 = 100 << 16
  private var places: [ConnectionID: UInt32] = [:]
  private var names: [ConnectionID: ClientID] = [:]

  init(
    _ duplicateIDs: ConnectionManager.DuplicateIDs = .share,
    leaveGrace: UInt64 = 0,
    limits: MemoryMailbox.Limits = .init()
  ) {
    mailbox = MemoryMailbox(limits: limits)
    var settings = ConnectionManager.Settings()
    settings.duplicateIDs = duplicateIDs
    settings.leaveGrace = leaveGrace
    manager = ConnectionManager(settings: settings, mailbox: mailbox)
    mailbox.observer = self
  }

  // MARK: What clients do

  @discardableResult
  func connect(_ id: ClientID, _ connection: ConnectionID) -> UInt32 {
    let place = manager.connect(id, connection, at: now, through: outlet)
    places[connection] = place
    names[connection] = id
    return place
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
    isTold: Bool = true
  ) {
    guard let place = places.removeValue(forKey: connection) else { return }
    outlet.room[connection] = 0
    manager.disconnect(
      place,
      connection,
      unsent: unsent,
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

  /// One round: what `MailboxPump` does.
  func round() {
    manager.checkFeeds(through: outlet)
    mailbox.answer()
  }

  /// Rounds until nothing is under way.
  func settle() {
    repeat { round() } while manager.hasFeedsToCheck || mailbox.hasAnswers
  }

  /// The system has taken all that a connection was given.
  func drain(_ connection: ConnectionID) {
    outlet.unsent[connection] = nil
    guard let place = places[connection] else { return }
    manager.drained(place, through: outlet)
  }

  func endGraces() { manager.endGraces(at: now, through: outlet) }

  func mailboxCommitted(through ticket: MailboxTicket) {
    manager.committed(through: ticket, through: outlet)
  }

  func mailboxFailed(_ ticket: MailboxTicket, _ error: MailboxError) {
    manager.failed(ticket, error, through: outlet)
  }

  func mailboxRead(
    _ ticket: MailboxTicket,
    _ client: ClientID,
    _ messages: [(number: UInt64, message: KeptMessage)]
  ) {
    manager.read(ticket, client, messages, through: outlet)
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
