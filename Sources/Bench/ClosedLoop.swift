import WebSocketProtocol

/// As many messages as the server delivers, a fixed number of them under way: each delivery lets the
/// next one be sent.
struct ClosedLoop {
  /// Who sends to whom.
  enum Pattern: String {
    /// Two and two, both ways.
    case throughput
    /// All to one.
    case fanIn = "fan-in"
  }

  let pattern: Pattern
  /// Messages that each client has under way.
  let depth: Int
  /// Whether each client always has as many under way as the others.
  ///
  /// Else who got a message sends the next one, and those of a pair soon travel together.
  let isSteady: Bool

  /// Runs it.
  func run(_ setting: Setting) throws -> Report {
    let count = setting.clients
    let crowd = try setting.crowd(count: count, inFlight: inFlight(setting)) {
      pattern == .fanIn ? 0 : $0 ^ 1
    }
    defer { crowd.close() }
    try crowd.open(0..<count, patience: setting.patience)
    if setting.form.dialect == .v1 {
      // A message is under way until the server answers for it.
      crowd.acceptedSends = true
    } else {
      crowd.reaction = isGathering ? .receiverSends : .senderSends
    }
    for place in (pattern == .fanIn ? 1 : 0)..<count { crowd.allow(UInt32(depth), place: place) }
    crowd.flush()
    crowd.runner.run(seconds: setting.warmUp)

    let start = try setting.server.usage()
    let before = crowd.deliveries
    let acceptedBefore = crowd.acceptances
    crowd.timed = start.at..<UInt64.max
    crowd.runner.run(seconds: setting.seconds)
    let end = try setting.server.usage()
    let deliveries = crowd.deliveries - before
    let acceptances = crowd.acceptances - acceptedBefore
    crowd.timed = 0..<0

    crowd.reaction = .nothing
    crowd.acceptedSends = false
    crowd.allowNothing()
    crowd.runner.run(seconds: setting.patience) { crowd.isNothingInFlight }
    // What comes twice comes late.
    crowd.runner.run(seconds: setting.afterwards)
    crowd.countLost()

    var report = setting.report(pattern.rawValue + (isSteady ? " --steady" : ""), count)
    report.add("depth", depth)
    report.add(deliveries: deliveries, from: start, to: end)
    report.add("latency", crowd.latency)
    report.add(acceptances: acceptances, of: crowd, from: start, to: end)
    report.add(crowd.faults)
    return report
  }

  /// How many messages of one sender may be under way at most, on the way there or back.
  private func inFlight(_ setting: Setting) -> Int {
    if setting.form.dialect == .v1 { return 8 * depth }
    return isGathering ? 2 * depth : depth
  }

  private var isGathering: Bool { pattern == .throughput && !isSteady }
}
