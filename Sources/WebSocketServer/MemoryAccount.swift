/// Bytes that the connections of a server hold by what their peers do: output that the kernel has not
/// taken, and what has not come whole or waits for its turn.
final class MemoryAccount {
  /// Past it, ``Server/relieveMemory()`` closes those that hold most.
  let limit: Int
  /// What is held now.
  private(set) var bytes = 0

  init(limit: Int) {
    self.limit = limit
  }

  var isOver: Bool { bytes > limit }

  /// Notes that `change` bytes more are held, or less when it is negative.
  func add(_ change: Int) {
    bytes += change
  }
}
