/// Messages at a fixed rate, whether or not the server keeps up with it: each is timed from when it
/// was due, so that one that has to wait for others counts for all of its wait.
struct OpenLoop {
  /// Messages a second, of all clients together.
  let rate: Double
  /// Whether the generator looks for work all the time instead of waiting for it.
  ///
  /// Without, messages are up to a millisecond late.
  let isSpinning: Bool

  /// Runs it.
  func run(_ setting: Setting) throws -> Report {
    let count = setting.clients
    let crowd = try setting.crowd(count: count) { $0 ^ 1 }
    defer { crowd.close() }
    try crowd.open(0..<count, patience: setting.patience)
    let schedule = Schedule(start: Clock.now + 1_000_000, period: 1e9 / rate, clients: count)
    crowd.schedule = schedule
    let warm = schedule.start + UInt64(setting.warmUp * 1e9)
    let last = warm + UInt64(setting.seconds * 1e9)
    crowd.timed = warm..<last
    var next = 0
    let sendDue = {
      let now = min(Clock.now, last)
      while schedule.time(ofMessage: next) < now {
        crowd.allow(1, place: next % count)
        next += 1
      }
      crowd.flush()
    }

    crowd.runner.run(seconds: setting.warmUp, spinning: isSpinning) {
      sendDue()
      return Clock.now >= warm
    }
    let start = try setting.server.usage()
    let before = crowd.deliveries
    let acceptedBefore = crowd.acceptances
    crowd.runner.run(seconds: setting.seconds + 1, spinning: isSpinning) {
      sendDue()
      return Clock.now >= last
    }
    let end = try setting.server.usage()
    let deliveries = crowd.deliveries - before
    let acceptances = crowd.acceptances - acceptedBefore
    // What was due is sent and awaited, however late.
    crowd.runner.run(seconds: setting.patience) { crowd.isNothingInFlight && crowd.hasNoCredit }
    crowd.runner.run(seconds: setting.afterwards)
    crowd.countLost()

    var report = setting.report("rate", count)
    report.add("rate", rate)
    report.add(deliveries: deliveries, from: start, to: end)
    report.add("latency", crowd.latency)
    report.add(acceptances: acceptances, of: crowd, from: start, to: end)
    // Part of the latency: large where the generator had no processor of its own, or too little.
    report.add("lateness", crowd.lateness)
    report.add(crowd.faults)
    return report
  }
}
