import ArgumentParser
import UV

/// The load generator: one workload for one server that speaks the plain protocol, or `sotto.v1`, at
/// `/ws/ID`.
@main struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Bench",
    abstract: "Loads a server and checks every delivery.",
    discussion: """
      Each message is numbered: none may be lost, come twice, out of order, changed or to \
      somebody else. Exit status 1 if one does, and a sentence on standard error about the first. \
      scripts/bench runs it for several servers and makes tables.
      """,
    subcommands: [
      ThroughputCommand.self, FanInCommand.self, RateCommand.self, ChurnCommand.self,
      IdleCommand.self, LeaveCommand.self,
    ]
  )
}

struct ThroughputCommand: WorkloadCommand {
  static let configuration = CommandConfiguration(
    commandName: "throughput",
    abstract: "Clients in pairs, so many messages of each under way."
  )
  @OptionGroup var options: SharedOptions
  @Option(help: "Messages that each client has under way.") var depth = 1
  @Flag(help: "A message's sender sends the next one, so that each travels alone at depth 1.")
  var steady = false

  func validate() throws {
    try options.validate(pairs: true, withV1: true)
    try options.require(1...65536 ~= depth, "--depth must be 1 to 65536")
  }

  func measure(_ setting: Setting) throws -> Report {
    try ClosedLoop(pattern: .throughput, depth: depth, isSteady: steady).run(setting)
  }
}

struct FanInCommand: WorkloadCommand {
  static let configuration = CommandConfiguration(
    commandName: "fan-in",
    abstract: "All clients send to the first one."
  )
  @OptionGroup var options: SharedOptions
  @Option(help: "Messages that each client has under way.") var depth = 1

  func validate() throws {
    try options.validate(pairs: false, withV1: true)
    try options.require(options.clients > 1, "--clients must be 2 or more")
    try options.require(1...65536 ~= depth, "--depth must be 1 to 65536")
  }

  func measure(_ setting: Setting) throws -> Report {
    try ClosedLoop(pattern: .fanIn, depth: depth, isSteady: false).run(setting)
  }
}

struct RateCommand: WorkloadCommand {
  static let configuration = CommandConfiguration(
    commandName: "rate",
    abstract: "Messages at a fixed rate, timed from when they were due."
  )
  @OptionGroup var options: SharedOptions
  @Option(help: "Messages a second of all clients together.") var rate = 1000.0
  @Flag(
    inversion: .prefixedNo,
    help: """
      Look for work all the time instead of waiting for it. (default: --spin with two processors \
      or more)
      """
  )
  var spin: Bool?

  func validate() throws {
    try options.validate(pairs: true, withV1: true)
    try options.require(
      rate > 0 && rate <= 1e8,
      "--rate must be more than 0, and at most 100000000"
    )
  }

  func measure(_ setting: Setting) throws -> Report {
    try OpenLoop(rate: rate, isSpinning: spin ?? (SystemProcess.processorsOnline > 1)).run(setting)
  }
}

struct ChurnCommand: WorkloadCommand {
  static let configuration = CommandConfiguration(
    commandName: "churn",
    abstract: "Clients come, send one message and leave, so many at a time."
  )
  @OptionGroup var options: SharedOptions

  func validate() throws { try options.validate(pairs: false) }

  func measure(_ setting: Setting) throws -> Report { try Churn().run(setting) }
}

struct IdleCommand: WorkloadCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle",
    abstract: "Connections that say nothing: their memory and heartbeat."
  )
  @OptionGroup var options: SharedOptions

  func validate() throws { try options.validate(pairs: false) }

  func measure(_ setting: Setting) throws -> Report { try Idle().run(setting) }
}

struct LeaveCommand: WorkloadCommand {
  static let configuration = CommandConfiguration(
    commandName: "leave",
    abstract: "One client after the other leaves; its peer gets the notice."
  )
  @OptionGroup var options: SharedOptions
  @Option(help: "How they leave: \(Leaving.allCases.map(\.rawValue).joined(separator: ", ")).")
  var way = Leaving.close

  func validate() throws { try options.validate(pairs: true) }

  func measure(_ setting: Setting) throws -> Report { try Leave(way: way).run(setting) }
}

extension Leaving: ExpressibleByArgument {}
