/// How many clients a second a server can let in, judged by the time that the last ones took.
struct AdmissionRate {
  /// A crowd is welcomed with half of the time; the other half is for those who are inside.
  private static let share = 0.5
  /// What the system takes to make a connection and to end it, ns, which nobody measures here.
  private static let systemCost = 50_000.0
  /// What is taken for true before anybody has come, clients a second.
  private static let unknown = 1000.0
  /// Fewer are not believed: a machine that was busy with something else.
  private static let least = 100.0
  /// The last client counts one in so many.
  private static let memory = 64.0

  /// What one takes to be let in, ns; 0 as long as it is not known.
  private var cost = 0.0

  /// A client has been let in; TLS, its request and the answer took so long.
  mutating func note(nanoseconds: UInt64) {
    let own = Double(nanoseconds)
    cost = cost == 0 ? own : cost + (own - cost) / Self.memory
  }

  /// Clients a second.
  var perSecond: Double {
    guard cost > 0 else { return Self.unknown }
    return max(1e9 / (cost + Self.systemCost) * Self.share, Self.least)
  }
}
