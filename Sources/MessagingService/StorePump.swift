import Messaging
import UV
import WebSocketServer

/// Brings the answers of a ``MessageStore`` to the manager, and lets it look at what the system has
/// taken, one round of the loop after it was written.
final class StorePump: MessageStoreObserver {
  /// The way out; set when the server exists.
  weak var server: Server?
  private let loop: EventLoop
  private let manager: ConnectionManager
  /// A store that answers when it is asked to.
  private let memory: MemoryStore?
  private var hook: LoopHook?

  init(
    on loop: EventLoop,
    store: any MessageStore,
    manager: ConnectionManager
  ) throws(UVError) {
    self.loop = loop
    self.manager = manager
    memory = store as? MemoryStore
    // The hook comes before the round's writing, so that what it delivers leaves with the rest.
    let hook = try LoopHook(on: loop, .withoutWaiting) { [unowned self] in run() }
    self.hook = hook
    store.observer = self
    memory?.onPending = { hook.start() }
    manager.onFeedsToCheck = { hook.start() }
  }

  deinit {
    hook?.close()
  }

  private func run() {
    guard let server else {
      hook?.stop()
      return
    }
    // First what the last round delivered and wrote.
    manager.checkFeeds(at: loop.now, through: server)
    memory?.answer()
    if !manager.hasFeedsToCheck, !(memory?.hasAnswers ?? false) { hook?.stop() }
  }

  func storeKept(through ticket: StoreTicket) {
    guard let server else { return }
    manager.storeKept(through: ticket, through: server)
  }

  func storeFailed(_ ticket: StoreTicket, _ error: StoreError) {
    guard let server else { return }
    manager.storeFailed(ticket, error, at: loop.now, through: server)
  }

  func storeAnswered(_ ticket: StoreTicket, _ answer: StoreAnswer) {
    guard let server else { return }
    manager.storeAnswered(ticket, answer, at: loop.now, through: server)
  }
}
