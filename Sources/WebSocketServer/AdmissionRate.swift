/// How many clients a second a server can let in, judged by the time that the last ones took.
///
/// Measured is the time of rounds of the loop from the first look at a request (or a TLS handshake) to
/// the end of the round, with whatever else was to be done meanwhile.
final class AdmissionRate {
  /// A crowd is welcomed with half of the time; the other half is for those who are inside.
  private static let share = 0.5
  /// What is taken for true before anybody has come, and the bounds of what is believed, clients a second.
  private static let (unknown, least, most) = (1000.0, 100.0, 20_000.0)
  /// Of so many clients the cost is a mean; the last one counts one of them.
  private static let memory = 64.0

  /// When the work on requests began in this round, ns; 0 when it has not.
  private var start: UInt64 = 0
  /// Work of rounds in which nobody was let in yet, such as handshakes, ns.
  private var pending: UInt64 = 0
  private var admitted = 0
  /// What one costs, ns; 0 as long as it is not known.
  private var cost = 0.0

  /// A request, or what comes before one, is looked at.
  func begin(at now: UInt64) {
    if start == 0 { start = now }
  }

  /// A client has been let in.
  func admit() { admitted += 1 }

  /// Whether there was any work of this kind in the round.
  var isRunning: Bool { start != 0 }

  /// The round is over.
  func endRound(at now: UInt64) {
    pending += now &- start
    start = 0
    guard admitted > 0 else { return }
    let each = Double(pending) / Double(admitted)
    let weight = cost == 0 ? 1 : min(Double(admitted) / Self.memory, 1)
    cost += (each - cost) * weight
    (pending, admitted) = (0, 0)
  }

  /// Clients a second.
  var perSecond: Double {
    guard cost > 0 else { return Self.unknown }
    return min(max(1e9 / cost * Self.share, Self.least), Self.most)
  }
}
