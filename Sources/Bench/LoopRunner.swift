import UV

/// Runs a loop for a while, or until something has happened.
final class LoopRunner {
  private let loop: EventLoop
  private let clock: Timer
  private let spin: LoopHook
  private var hook: LoopHook?
  private var deadline: UInt64 = 0
  private var condition: () -> Bool = { true }
  private var holds = false

  /// Prepares for a loop that nobody else runs.
  ///
  /// - Throws: `UVError` when the loop takes no more handles.
  init(on loop: EventLoop) throws(UVError) {
    self.loop = loop
    clock = try Timer(on: loop) {}
    spin = try LoopHook(on: loop, .withoutWaiting) {}
    hook = try LoopHook(on: loop, .beforeWaiting) { [unowned self] in look() }
  }

  /// Serves events until `condition` holds, which is looked at in each round, or that time is over.
  ///
  /// - Parameter spinning: Does not wait for events but looks for them all the time, so that nothing
  ///   is late by the time that it takes to wake up.
  /// - Returns: whether the condition held.
  @discardableResult
  func run(
    seconds: Double,
    spinning: Bool = false,
    until condition: @escaping () -> Bool = { false }
  ) -> Bool {
    deadline = Clock.now + UInt64(max(0, seconds) * 1e9)
    self.condition = condition
    holds = false
    // Keeps the loop going round, so that the deadline is seen also when nothing happens.
    clock.start(after: .milliseconds(1), every: .milliseconds(1))
    if spinning { spin.start() }
    hook?.start()
    loop.run()
    hook?.stop()
    spin.stop()
    clock.stop()
    self.condition = { true }
    return holds
  }

  /// Lets the loop go.
  func close() {
    clock.close()
    spin.close()
    hook?.close()
    hook = nil
  }

  private func look() {
    holds = condition()
    if holds || Clock.now >= deadline { loop.stop() }
  }
}
