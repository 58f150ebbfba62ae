/// When messages are due in open loop: at a fixed rate, the clients in turn.
struct Schedule {
  /// When the first message is due, in nanoseconds on ``Clock``.
  let start: UInt64
  /// Nanoseconds from one message to the next.
  let period: Double
  /// Clients that take turns.
  let clients: Int

  /// When the client at `place` should send its message of that number.
  func due(place: Int, number: UInt32) -> UInt64 {
    time(ofMessage: place + Int(number) * clients)
  }

  /// When the message of that place in the whole order is due.
  func time(ofMessage index: Int) -> UInt64 {
    start + UInt64(Double(index) * period)
  }
}
