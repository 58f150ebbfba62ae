import TestSupport
import Testing
import UV

@testable import Bench

@Suite("Running a loop for a while") struct LoopRunnerTests {
  @Test("it ends when the condition holds, or when the time is over", arguments: [false, true])
  func ends(spinning: Bool) throws {
    try withLoop { loop in
      let runner = try LoopRunner(on: loop)
      var rounds = 0
      let holds = runner.run(seconds: 10, spinning: spinning) {
        rounds += 1
        return rounds == 3
      }
      #expect(holds)
      #expect(rounds == 3)
      let start = Clock.now
      #expect(!runner.run(seconds: 0.01, spinning: spinning))
      #expect(Clock.now - start >= 10_000_000)
      runner.close()
    }
  }
}
