/// What a round of the loop gathers for all connections.
extension Server {
  /// Notes that a connection has something to write.
  func markDirty(_ slot: UInt32) {
    dirty.append(slot)
  }

  /// Writes what all connections have gathered in this round.
  func writeGathered() {
    // What is sent from within goes to its own connection's kernel, without another look at all.
    guard !isWriting else { return }
    isWriting = true
    var place = 0
    // Writing can end a connection, and that make it dirty again: it comes last.
    while place < dirty.count {
      table.flush(at: dirty[place])
      place += 1
    }
    dirty.removeAll()
    blocks.beginRound()
    isWriting = false
  }
}
