/// What a workload has found: names and values in the order of their adding.
struct Report {
  private enum Value {
    case text(String)
    case number(Double)
    case unknown
  }

  /// A sentence about the first thing that was wrong; `nil` when nothing was.
  private(set) var firstFault: String?
  private var entries: [(name: String, value: Value)] = []

  /// Adds a text.
  mutating func add(_ name: String, _ text: String) {
    entries.append((name, .text(text)))
  }

  /// Adds a number; what is not known is null.
  mutating func add(_ name: String, _ number: Double?) {
    guard let number, number.isFinite else { return entries.append((name, .unknown)) }
    entries.append((name, .number(number)))
  }

  /// Adds a whole number.
  mutating func add(_ name: String, _ number: Int) {
    entries.append((name, .number(Double(number))))
  }

  /// Adds quantiles of durations, in microseconds: `NAME_p50_us` and so on.
  mutating func add(_ name: String, _ durations: Histogram) {
    for (label, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1)] {
      add("\(name)_\(label)_us", durations.quantile(share).map { Double($0) / 1000 })
    }
  }

  /// Adds what was used from one moment to another, for each of `count` things called `unit`.
  mutating func add(
    from start: ServerProcess.Usage,
    to end: ServerProcess.Usage,
    count: Int,
    unit: String
  ) {
    let elapsed = Double(end.at - start.at)
    let server = Double(end.server - start.server)
    let generator = Double(end.generator - start.generator)
    let user = Double(end.userTicks - start.userTicks)
    let system = Double(end.systemTicks - start.systemTicks)
    let each = count > 0 ? 1 / Double(count) : .nan
    if end.server > 0 {
      add("server_us_per_\(unit)", server / 1000 * each)
      add("server_user_share", user + system > 0 ? user / (user + system) : .nan)
      add("server_cpu_percent", server / elapsed * 100)
    }
    add("generator_us_per_\(unit)", generator / 1000 * each)
    add("generator_cpu_percent", generator / elapsed * 100)
  }

  /// Adds how often each fault was seen, and the verdict.
  mutating func add(_ faults: Faults) {
    for fault in Fault.allCases { add(fault.rawValue, faults[fault]) }
    firstFault = faults.first
    if let first = faults.first { add("first_fault", first) }
    add("result", faults.isEmpty ? "ok" : "failed")
  }

  /// One JSON object (RFC 8259) in one line.
  var json: String {
    let members = entries.map { "\(Self.quoted($0.name)): \(Self.json($0.value))" }
    return "{\(members.joined(separator: ", "))}\n"
  }

  /// A line for each entry, for people.
  var text: String {
    entries.map { entry in
      let name = entry.name + String(repeating: " ", count: max(1, 28 - entry.name.count))
      if case .text(let text) = entry.value { return "\(name)\(text)\n" }
      return "\(name)\(Self.json(entry.value))\n"
    }.joined()
  }

  private static func json(_ value: Value) -> String {
    switch value {
    case .text(let text): quoted(text)
    case .number(let number): rounded(number)
    case .unknown: "null"
    }
  }

  /// Four digits behind the point: a tenth of a nanosecond, where microseconds are meant.
  private static func rounded(_ number: Double) -> String {
    let scaled = (number * 10_000).rounded() / 10_000
    guard scaled == scaled.rounded(), abs(scaled) < 1e15 else { return "\(scaled)" }
    return "\(Int(scaled))"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
