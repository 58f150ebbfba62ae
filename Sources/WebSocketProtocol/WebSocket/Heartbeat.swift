/// Decides who is pinged and who is dead (RFC 6455 §5.5.2 leaves the policy to us).
///
/// Times are milliseconds of one clock that the caller keeps; nothing is read in here.
public struct Heartbeat: Sendable, Equatable {
  /// A connection silent for that long is pinged; 0: never.
  public let interval: UInt32
  /// One that stays silent for that long after the ping is dead.
  public let timeout: UInt32

  /// Takes both in milliseconds.
  public init(interval: UInt32, timeout: UInt32) {
    self.interval = interval
    self.timeout = timeout
  }

  /// What is to be done about a connection.
  public enum Verdict: Equatable, Sendable {
    /// Nothing before that time.
    case wait(until: UInt32)
    /// A ping is due.
    case ping
    /// It has not answered.
    case dead
  }

  /// Judges a connection at `now`.
  ///
  /// Times wrap around after 49 days; spans between them stay right as long as they are below 24.
  ///
  /// - Parameters:
  ///   - lastHeard: When the last byte came, or the peer's TCP last took some.
  ///   - pinged: When it was pinged, unless something was heard after that.
  public func judge(lastHeard: UInt32, pinged: UInt32?, now: UInt32) -> Verdict {
    if let pinged {
      let deadline = pinged &+ timeout
      return Int32(bitPattern: now &- deadline) >= 0 ? .dead : .wait(until: deadline)
    }
    let due = lastHeard &+ interval
    return Int32(bitPattern: now &- due) >= 0 ? .ping : .wait(until: due)
  }
}
