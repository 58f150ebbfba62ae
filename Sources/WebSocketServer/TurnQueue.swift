import UV
import WebSocketProtocol

/// Compressed connections whose input waits because the round's time for inflating was over.
///
/// They go on in the order in which they came, as many in each round as its time allows; meanwhile
/// the loop serves all others.
final class TurnQueue {
  private let deflate: DeflatePool
  private var waiting: [CompressedWebSocketConnection] = []
  private var hook: LoopHook?

  init(on loop: EventLoop, deflate: DeflatePool) throws(UVError) {
    self.deflate = deflate
    hook = try LoopHook(on: loop, .withoutWaiting) { [unowned self] in run() }
  }

  /// Puts a connection at the end.
  func append(_ connection: CompressedWebSocketConnection) {
    waiting.append(connection)
    hook?.start()
  }

  /// Runs no more.
  func close() {
    hook?.close()
    waiting = []
  }

  private func run() {
    deflate.beginRound()
    var turn: [CompressedWebSocketConnection] = []
    swap(&turn, &waiting)
    var next = 0
    while next < turn.count, deflate.mayInflate {
      turn[next].takeTurn()
      next += 1
    }
    // Those whose turn has not come stay before those that have just had one.
    waiting.insert(contentsOf: turn[next...], at: 0)
    if waiting.isEmpty { hook?.stop() }
  }
}
