/// One client after the other leaves, and its chat peer waits for the notice.
struct Leave {
  /// How they leave.
  let way: Leaving

  /// Runs it.
  func run(_ setting: Setting) throws -> Report {
    let count = setting.clients
    let crowd = try setting.crowd(count: count) { $0 ^ 1 }
    defer { crowd.close() }
    try crowd.open(0..<count, patience: setting.patience)
    // Those who have exchanged a message are chat peers.
    for place in 0..<count { crowd.allow(1, place: place) }
    crowd.flush()
    crowd.runner.run(seconds: setting.patience) { crowd.isNothingInFlight }
    crowd.countLost()

    var notices = Histogram()
    var noticed = [Int](repeating: 0, count: count)
    var leftAt: UInt64 = 0
    crowd.onNotice = { _, leaver in
      noticed[leaver] += 1
      notices.record(Clock.now - leftAt)
    }
    for place in stride(from: 0, to: count, by: 2) {
      leftAt = Clock.now
      crowd.clients[place]?.leave(way)
      guard crowd.runner.run(seconds: setting.patience, until: { noticed[place] > 0 }) else {
        crowd.faults.add(.missingNotice, "nobody was told that a client left")
        break
      }
    }
    crowd.runner.run(seconds: setting.afterwards)
    for (place, times) in noticed.enumerated() where times > (place.isMultiple(of: 2) ? 1 : 0) {
      crowd.faults.add(.unexpectedFrame, "\(times) notices that one client left")
    }

    var report = setting.report("leave", count)
    report.add("way", way.rawValue)
    report.add("leaves", notices.count)
    report.add("notice", notices)
    report.add(crowd.faults)
    return report
  }
}
