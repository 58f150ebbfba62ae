import ArgumentParser
import Testing

@testable import Bench

@Suite("Clients of sotto.v1") struct ClientV1Tests {
  @Test(
    "only works that check what is accepted go with it",
    arguments: [["churn"], ["idle"], ["leave"]]
  )
  func works(arguments: [String]) {
    #expect(throws: (any Error).self) {
      try Bench.parseAsRoot(arguments + ["--protocol", "v1"])
    }
  }

  @Test("neither do bytes and long messages", arguments: [["--binary"], ["--size", "4097"]])
  func forms(arguments: [String]) {
    #expect(throws: (any Error).self) {
      try Bench.parseAsRoot(["throughput", "--protocol", "v1"] + arguments)
    }
  }

  @Test("others are taken", arguments: [["throughput"], ["fan-in"], ["rate"]])
  func taken(arguments: [String]) throws {
    _ = try Bench.parseAsRoot(arguments + ["--protocol", "v1", "--size", "4096"])
  }
}
