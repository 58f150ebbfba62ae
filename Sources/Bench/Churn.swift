/// Clients that come, send one message to a client that stays, and leave by a close frame once it has
/// been delivered; each comes back under a new id.
struct Churn {
  /// Runs it.
  func run(_ setting: Setting) throws -> Report {
    let visitors = setting.clients
    let crowd = try setting.crowd(count: 2 * visitors) {
      $0 < visitors ? $0 + visitors : $0 - visitors
    }
    defer { crowd.close() }
    try crowd.open(0..<visitors, patience: setting.patience)
    var cycles = 0
    var isOver = false
    var isNoticed = [Bool](repeating: true, count: 2 * visitors)
    var hasLeft = [Bool](repeating: false, count: 2 * visitors)
    // The next visitor waits for both: the end of the connection, and the notice.
    let next = { (place: Int) in
      guard isNoticed[place], hasLeft[place] else { return }
      cycles += 1
      guard !isOver else { return }
      hasLeft[place] = false
      crowd.renew(place)
      crowd.connect(place)
    }
    crowd.reaction = .senderLeaves
    crowd.onOpen = { client in
      isNoticed[client.place] = false
      crowd.allow(1, place: client.place)
      crowd.flush()
    }
    crowd.onLeft = { place in
      hasLeft[place] = true
      next(place)
    }
    crowd.onNotice = { _, leaver in
      guard !isNoticed[leaver] else {
        return crowd.faults.add(.unexpectedFrame, "a second notice that a client left")
      }
      isNoticed[leaver] = true
      next(leaver)
    }
    for place in visitors..<2 * visitors { crowd.connect(place) }
    crowd.runner.run(seconds: setting.warmUp)

    let start = try setting.server.usage()
    let before = cycles
    crowd.runner.run(seconds: setting.seconds)
    let end = try setting.server.usage()
    let measured = cycles - before
    isOver = true
    let isDone = { (visitors..<2 * visitors).allSatisfy { hasLeft[$0] && isNoticed[$0] } }
    crowd.runner.run(seconds: setting.patience) { isDone() }
    for place in visitors..<2 * visitors {
      if !isNoticed[place], crowd.senders[place].inFlight == 0 {
        crowd.faults.add(.missingNotice, "nobody was told that a client left")
      } else if !hasLeft[place], crowd.senders[place].inFlight == 0 {
        crowd.faults.add(.dropped, "the server did not end a connection that was closed")
      }
    }
    crowd.countLost()

    var report = setting.report("churn", visitors)
    report.add("cycles", measured)
    report.add("cycles_per_s", Double(measured) / (Double(end.at - start.at) / 1e9))
    report.add(from: start, to: end, count: measured, unit: "cycle")
    if measured == 0 { crowd.faults.add(.lost, "no client came, was heard and left") }
    report.add(crowd.faults)
    return report
  }
}
