import Logging
import UV

/// What happens when the buffers of all connections together grow too large.
extension Server {
  /// Closes the connections that hold most, until all others fit with a sixteenth to spare: one look at
  /// everybody makes room for more than the next read.
  ///
  /// Each of them loses its connection and no message: what it has not read is handed back.
  func relieveMemory() {
    var holders = table.all.filter { $0.heldBytes > 0 }
    // What one holds does not change when another is closed.
    holders.sort { $0.heldBytes > $1.heldBytes }
    let enough = memory.limit - memory.limit / 16
    for holder in holders where memory.bytes > enough && holder.isOpen {
      logger.debug(
        "memory is short: closing the connection that holds most",
        metadata: ["bytes": "\(holder.heldBytes)", "all": "\(memory.bytes)"]
      )
      holder.giveUp()
    }
  }
}
