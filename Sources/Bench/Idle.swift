/// Connections that say nothing: what each costs in memory, and what the heartbeat costs in time.
struct Idle {
  /// Runs it.
  func run(_ setting: Setting) throws -> Report {
    let count = setting.clients
    let crowd = try setting.crowd(count: count) { $0 }
    let anonymous = setting.server.memory("Anonymous")
    let resident = setting.server.memory("Rss")
    let start = try setting.server.usage()
    defer { crowd.close() }
    try crowd.open(0..<count, patience: setting.patience)
    let opened = try setting.server.usage()
    // What was needed for the upgrades only is given back.
    crowd.runner.run(seconds: setting.warmUp)
    let anonymousAfter = setting.server.memory("Anonymous")
    let residentAfter = setting.server.memory("Rss")
    crowd.pings = 0
    let from = try setting.server.usage()
    crowd.runner.run(seconds: setting.seconds)
    let to = try setting.server.usage()

    var report = setting.report("idle", count)
    report.add("connects_per_s", Double(count) / (Double(opened.at - start.at) / 1e9))
    report.add(from: start, to: opened, count: count, unit: "connect")
    let bytes = { (before: Int?, after: Int?) -> Double? in
      guard let before, let after else { return nil }
      return Double(after - before) * 1024 / Double(count)
    }
    report.add("server_anonymous_before_kib", anonymous.map(Double.init))
    report.add("server_anonymous_after_kib", anonymousAfter.map(Double.init))
    report.add("server_anonymous_bytes_per_connection", bytes(anonymous, anonymousAfter))
    report.add("server_resident_bytes_per_connection", bytes(resident, residentAfter))
    let idle = Double(to.at - from.at)
    report.add("idle_seconds", idle / 1e9)
    report.add("idle_server_cpu_percent", Double(to.server - from.server) / idle * 100)
    report.add("pings", crowd.pings)
    report.add(crowd.faults)
    return report
  }
}
