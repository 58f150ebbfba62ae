import Logging

/// What happens when the buffers of all connections together grow too large.
extension Server {
  /// Closes the connections that hold most, until all others fit.
  ///
  /// Each of them loses its connection and no message: what it has not read is handed back.
  func relieveMemory() {
    while memory.isOver, let largest = table.largest, largest.heldBytes > 0 {
      logger.debug(
        "memory is short: closing the connection that holds most",
        metadata: ["bytes": "\(largest.heldBytes)", "all": "\(memory.bytes)"]
      )
      largest.giveUp()
    }
  }
}
