import ArgumentParser
import Testing

@testable import Bench

@Suite("The load generator's options") struct WorkloadCommandTests {
  @Test("each workload is a subcommand") func subcommands() throws {
    let leave = try #require(
      try Bench.parseAsRoot(["leave", "--way", "rst", "--clients", "8"]) as? LeaveCommand
    )
    #expect(leave.way == .rst)
    #expect(leave.options.clients == 8)
    let rate = try #require(try Bench.parseAsRoot(["rate", "--no-spin"]) as? RateCommand)
    #expect(rate.spin == false)
    #expect(try Bench.parseAsRoot(["throughput", "--steady"]) is ThroughputCommand)
    #expect(try Bench.parseAsRoot(["fan-in"]) is FanInCommand)
    #expect(try Bench.parseAsRoot(["churn"]) is ChurnCommand)
    #expect(try Bench.parseAsRoot(["idle", "--clients", "3"]) is IdleCommand)
  }

  @Test(
    "what cannot be is refused",
    arguments: [
      ["throughput", "--clients", "3"], ["throughput", "--depth", "0"],
      ["throughput", "--size", "15"],
      ["fan-in", "--clients", "1"], ["rate", "--rate", "0"], ["leave", "--way", "smoke"],
      ["idle", "--port", "0"], ["idle", "--seconds", "-1"], ["churn", "--clients", "0"], ["dance"],
    ]
  )
  func refused(arguments: [String]) {
    #expect(throws: (any Error).self) { try Bench.parseAsRoot(arguments) }
  }

  @Test("more clients than descriptors are refused with a sentence") func descriptors() throws {
    let options = try #require(try Bench.parseAsRoot(["idle"]) as? IdleCommand).options
    #expect(try options.setting(descriptors: 132).clients == 100)
    #expect(throws: BenchError.self) { try options.setting(descriptors: 131) }
  }
}
