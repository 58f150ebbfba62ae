import UV

/// How a server goes down.
extension Server {
  /// Stops accepting, closes every connection in good order (WebSockets by 1001), and calls back when
  /// the last has gone, or after `timeout` has cut those that are left.
  public func shutDown(within timeout: Duration, completion: @escaping () -> Void) {
    guard !isDraining else { return }
    isDraining = true
    onEmpty = completion
    listener?.close()
    listener = nil
    for handler in router.handlers { handler.shutDown(on: self) }
    for connection in table.all { connection.shutDownSoon() }
    drainTimer = try? Timer(on: loop) { [unowned self] in
      for connection in table.all { connection.end(reset: true) }
    }
    drainTimer?.start(after: timeout)
  }

  /// Calls back when the last connection of a server that goes down has gone.
  func endIfEmpty() {
    guard isDraining, table.count == 0, let onEmpty else { return }
    self.onEmpty = nil
    drainTimer?.close()
    tellEnded()
    sweep.stop()
    turns.close()
    roundEnd?.close()
    onEmpty()
  }
}
