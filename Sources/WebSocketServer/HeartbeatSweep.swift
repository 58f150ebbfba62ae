import UV
import WebSocketProtocol

/// One timer for all deadlines of a server: heartbeats, handshakes, close handshakes.
///
/// Its clock stands still while the process does. A server that was stopped or stalled for a time L
/// finds all deadlines moved by L, and it judges nobody before all that had arrived meanwhile has
/// been read; so a stall of its own never looks like the death of its clients.
final class HeartbeatSweep {
  /// Connections that are looked at in one round: 20,000 that are due at once must not hold up messages.
  private static let batch = 256

  private let loop: EventLoop
  private let table: ConnectionTable
  private var wheel: DeadlineWheel
  private var timer: Timer?
  private var judge: LoopHook?
  private var noWaiting: LoopHook?
  /// When the timer last fired, on the loop's clock and on this one.
  private var lastTick: UInt64
  private var tickTime: UInt32 = 0
  /// When the wheel was last turned, on this clock.
  private var wheelTime: UInt32 = 0
  /// What has come up, and how far it has been looked at.
  private var due: [(bucket: UInt32, slot: UInt32)] = []
  private var nextDue = 0
  /// Whether the last sweep was put off.
  private var hasWaited = false
  private var isRunning = false
  /// Slow readers: what their TCP had acknowledged when last asked.
  private var watched: [WebSocket: (acknowledged: Int, pings: Int)] = [:]

  /// Milliseconds between two ticks, from the shortest time that is to be kept.
  let tick: UInt32

  init(on loop: EventLoop, table: ConnectionTable, shortest: UInt32, longest: UInt32)
    throws(UVError)
  {
    self.loop = loop
    self.table = table
    // 1/32 of what is to be kept, so that it hardly shows; 50 ms are 20 wake-ups a second.
    tick = min(max(shortest / 32, 1), 50)
    wheel = DeadlineWheel(tick: tick, horizon: min(longest, 60_000))
    lastTick = loop.now
    timer = try Timer(on: loop) { [unowned self] in tickFired() }
    judge = try LoopHook(on: loop, .afterEvents) { [unowned self] in sweep() }
    noWaiting = try LoopHook(on: loop, .withoutWaiting) {}
    timer?.setKeepsLoopRunning(false)
  }

  /// Milliseconds on the clock that stands still while the process does: two ticks after the last
  /// one it waits for the next.
  ///
  /// It never goes back.
  var now: UInt32 {
    tickTime &+ UInt32(truncatingIfNeeded: min(loop.now &- lastTick, 2 * UInt64(tick)))
  }

  /// Has the connection at `slot` looked at after `delay` ms.
  func file(_ slot: UInt32, after delay: UInt32) {
    // One that has been closed meanwhile needs no look any more.
    guard table.isUsed(slot) else { return }
    // One entry is enough: an earlier look finds out how much time there still is.
    let filed = table.bucket(at: slot)
    guard filed == DeadlineWheel.nowhere || wheel.isEarlier(delay, than: filed) else { return }
    table.setBucket(wheel.file(slot, after: delay), at: slot)
    guard !isRunning else { return }
    isRunning = true
    // While there was nobody the clock stood still.
    tickTime = now
    lastTick = loop.now
    timer?.start(after: .milliseconds(Int(tick)), every: .milliseconds(Int(tick)))
  }

  /// Watches what the peer's TCP acknowledges, while message bytes to it are outstanding: a sign of life.
  ///
  /// - Returns: whether any are.
  @discardableResult
  func watch(_ connection: Connection, _ socket: WebSocket) -> Bool {
    if watched[socket] != nil { return true }
    guard connection.unacknowledgedBytes ?? 0 > 0, let acknowledged = connection.acknowledgedBytes
    else { return false }
    watched[socket] = (acknowledged, 0)
    return true
  }

  /// Counts a ping's bytes, whose acknowledgement is no sign of life.
  func sentPing(to socket: WebSocket, bytes: Int) {
    watched[socket]?.pings += bytes
  }

  /// Ends the timer and the hooks.
  func stop() {
    timer?.close()
    judge?.close()
    noWaiting?.close()
    (timer, judge, noWaiting) = (nil, nil, nil)
  }

  private func tickFired() {
    tickTime = now
    lastTick = loop.now
    // Judged after this round's reading, which does not wait.
    judge?.start()
    noWaiting?.start()
  }

  private func sweep() {
    // Stopped between reading and here: what came meanwhile is read first. Once: a server that is
    // merely busy must judge, too.
    let isLate = EventLoop.preciseNow &- loop.now > 2 * UInt64(tick)
    hasWaited = isLate && !hasWaited
    guard !hasWaited else { return }
    let now = now
    while Int32(bitPattern: now &- wheelTime) >= Int32(tick) {
      wheelTime &+= tick
      let (bucket, slots) = wheel.advance()
      for slot in slots { due.append((bucket, slot)) }
    }
    checkProgress()
    let end = min(nextDue + Self.batch, due.count)
    while nextDue < end {
      look(at: due[nextDue].slot, from: due[nextDue].bucket)
      nextDue += 1
    }
    guard nextDue == due.count else { return }
    due.removeAll(keepingCapacity: due.count <= Self.batch)
    nextDue = 0
    judge?.stop()
    noWaiting?.stop()
    guard table.count == 0 else { return }
    // Nobody is left: the clock stops where it is.
    isRunning = false
    tickTime = now
    lastTick = loop.now
    timer?.stop()
  }

  private func look(at slot: UInt32, from bucket: UInt32) {
    guard let connection = table[slot], table.bucket(at: slot) == bucket else { return }
    table.setBucket(DeadlineWheel.nowhere, at: slot)
    guard let delay = connection.examine(at: now) else { return }
    file(slot, after: delay)
  }

  private func checkProgress() {
    for (socket, mark) in watched {
      let isDone = table.with(socket) { connection -> Bool in
        guard let acknowledged = connection.acknowledgedBytes else { return true }
        if acknowledged - mark.acknowledged > mark.pings {
          connection.noteSignOfLife()
          watched[socket] = (acknowledged, 0)
        }
        return connection.unacknowledgedBytes ?? 0 == 0
      }
      if isDone ?? true { watched[socket] = nil }
    }
  }
}
