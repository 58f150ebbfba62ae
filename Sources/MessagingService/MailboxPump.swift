import Messaging
import UV
import WebSocketServer

/// Brings the answers of a ``MemoryMailbox`` to the manager, one round of the loop after the calls.
final class MailboxPump: MailboxObserver {
  /// The way out; set when the server exists.
  weak var server: Server?
  private let mailbox: MemoryMailbox
  private let manager: ConnectionManager
  private var hook: LoopHook?

  init(on loop: EventLoop, mailbox: MemoryMailbox, manager: ConnectionManager) throws(UVError) {
    self.mailbox = mailbox
    self.manager = manager
    let hook = try LoopHook(on: loop, .withoutWaiting) { [unowned self] in run() }
    self.hook = hook
    mailbox.observer = self
    // The hook comes before the round's writing, so that what it delivers leaves with the rest.
    mailbox.onPending = { hook.start() }
  }

  deinit {
    hook?.close()
  }

  /// Has the hook run in the next round.
  func start() {
    hook?.start()
  }

  private func run() {
    guard let server else {
      hook?.stop()
      return
    }
    // First what the last round delivered and wrote.
    manager.checkFeeds(through: server)
    mailbox.answer()
    if !manager.hasFeedsToCheck, !mailbox.hasAnswers { hook?.stop() }
  }

  func mailboxCommitted(through ticket: MailboxTicket) {
    guard let server else { return }
    manager.committed(through: ticket, through: server)
  }

  func mailboxFailed(_ ticket: MailboxTicket, _ error: MailboxError) {
    guard let server else { return }
    manager.failed(ticket, error, through: server)
  }

  func mailboxRead(
    _ ticket: MailboxTicket,
    _ client: ClientID,
    _ messages: [(number: UInt64, message: KeptMessage)]
  ) {
    guard let server else { return }
    manager.read(ticket, client, messages, through: server)
  }
}
