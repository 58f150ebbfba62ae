import UV
import WebSocketProtocol
import WebSocketTLS

/// What all workloads have in common.
struct Setting {
  let loop: EventLoop
  /// Where the server listens.
  let address: SocketAddress
  /// The server's process, as far as it is known.
  let server: ServerProcess
  /// How many clients there are.
  let clients: Int
  /// What messages look like.
  let form: MessageForm
  /// Seconds that are measured.
  let seconds: Double
  /// Seconds before that, so that all is warm.
  let warmUp: Double
  /// Seconds that anything owed may take.
  let patience: Double
  /// TLS, if the server speaks it.
  var security: UnverifiedTLSClient?
  /// Seconds at the end for what should not come.
  let afterwards = 0.1

  /// A crowd of that many clients of the server.
  func crowd(count: Int, inFlight: Int = 1, target: (Int) -> Int) throws(UVError) -> Crowd {
    let crowd = try Crowd(
      of: address,
      on: loop,
      count: count,
      form: form,
      inFlight: inFlight,
      target: target
    )
    crowd.security = security
    return crowd
  }

  /// A report that starts with what was run.
  func report(_ workload: String, _ clients: Int) -> Report {
    var report = Report()
    report.add("workload", workload)
    report.add("clients", clients)
    report.add("message_bytes", form.messageBytes)
    report.add("kind", form.kind == .text ? "text" : "binary")
    report.add("protocol", form.dialect.rawValue)
    if security != nil { report.add("tls", "yes") }
    return report
  }
}

extension Report {
  /// Adds what was delivered, at which price.
  mutating func add(
    deliveries: Int,
    from start: ServerProcess.Usage,
    to end: ServerProcess.Usage
  ) {
    add("deliveries", deliveries)
    add("deliveries_per_s", Double(deliveries) / (Double(end.at - start.at) / 1e9))
    add(from: start, to: end, count: deliveries, unit: "delivery")
  }

  /// Adds what the server has answered for; nothing where it does not.
  mutating func add(
    acceptances: Int,
    of crowd: Crowd,
    from start: ServerProcess.Usage,
    to end: ServerProcess.Usage
  ) {
    guard crowd.form.dialect == .v1 else { return }
    add("accepted", acceptances)
    add("accepted_per_s", Double(acceptances) / (Double(end.at - start.at) / 1e9))
    add("acceptance", crowd.acceptance)
    add("receipts", crowd.receipts)
  }
}
