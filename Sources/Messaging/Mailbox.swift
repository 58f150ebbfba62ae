/// A message that waits for its recipient.
public struct KeptMessage: Equatable, Sendable {
  /// Who sent it.
  public let sender: ClientID
  /// Text or binary.
  public let form: MessageForm
  /// What was sent, without any envelope; a large one may share its memory with others.
  public let body: ArraySlice<UInt8>

  /// Puts one together.
  public init(from sender: ClientID, _ form: MessageForm, _ body: ArraySlice<UInt8>) {
    self.sender = sender
    self.form = form
    self.body = body
  }
}

/// The number of an `append` or `read`: they rise by one in the order of the calls.
public typealias MailboxTicket = UInt64

/// Why a message was not kept.
public enum MailboxError: Error, Equatable, Sendable {
  /// As many messages, or bytes, wait for this client as may, or in all.
  case full
  /// The store does not work at the moment.
  case unavailable
}

/// Where messages wait for clients that are not there.
///
/// It works like a store on disk, even when it is none: calls return at once, are carried out in
/// their order, and are answered by the ``MailboxObserver`` in a later round of the loop.
public protocol Mailbox: AnyObject {
  /// Who gets the answers; set before the first call.
  var observer: (any MailboxObserver)? { get set }
  /// Keeps a message for `client`. Answered by `mailboxCommitted` or `mailboxFailed`.
  func append(_ message: KeptMessage, for client: ClientID) -> MailboxTicket
  /// Whether anything may wait for `client`: false only when it is certain that nothing does.
  func mayHold(for client: ClientID) -> Bool
  /// Asks for the messages of `client` whose number is greater than `after`, oldest first, as many as
  /// fit into `bytes`, but at least one if there are any. Answered by `mailboxRead`.
  func read(_ client: ClientID, after: UInt64, bytes: Int) -> MailboxTicket
  /// Lets go of all messages of `client` up to number `through`.
  func acknowledge(_ client: ClientID, through: UInt64)
}

/// Who gets a ``Mailbox``'s answers.
public protocol MailboxObserver: AnyObject {
  /// All messages up to `ticket` that have not failed are kept for good.
  func mailboxCommitted(through ticket: MailboxTicket)
  /// A message was not kept. Comes before a later ticket is committed.
  func mailboxFailed(_ ticket: MailboxTicket, _ error: MailboxError)
  /// What a `read` found, each with its number; empty when nothing waits beyond what was asked for.
  func mailboxRead(
    _ ticket: MailboxTicket,
    _ client: ClientID,
    _ messages: [(number: UInt64, message: KeptMessage)]
  )
}
