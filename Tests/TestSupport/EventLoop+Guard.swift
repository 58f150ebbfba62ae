public import Testing
public import UV

/// Runs `body` with a loop of its own, closes it and expects that nothing keeps it in memory.
public func withLoop(
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (EventLoop) throws -> Void
) throws {
  weak var remains: EventLoop?
  do {
    let loop = try EventLoop()
    remains = loop
    defer { loop.close() }
    try body(loop)
  }
  #expect(remains == nil, "something holds the loop", sourceLocation: sourceLocation)
}

extension EventLoop {
  /// Runs until `condition` holds, which is looked at in each round and every few milliseconds.
  ///
  /// The test fails when it does not hold within ten seconds.
  public func run(
    sourceLocation: SourceLocation = #_sourceLocation,
    until condition: @escaping () -> Bool
  ) throws {
    if condition() { return }
    let deadline = EventLoop.preciseNow + 10_000
    let hook = try LoopHook(on: self, .beforeWaiting) { [unowned self] in
      if condition() || EventLoop.preciseNow > deadline { stop() }
    }
    // Keeps the loop running, and going round for conditions that no event announces.
    let clock = try Timer(on: self) {}
    hook.start()
    clock.start(after: .zero, every: .milliseconds(5))
    run()
    hook.close()
    clock.close()
    #expect(condition(), "waited in vain", sourceLocation: sourceLocation)
  }
}
