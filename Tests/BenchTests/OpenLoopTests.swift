import Testing

@testable import Bench

@Suite("Open loop") struct OpenLoopTests {
  @Test("as many messages as are due are delivered and timed", arguments: [false, true])
  func rate(spinning: Bool) throws {
    try withServer { server in
      let setting = try server.setting(clients: 4, seconds: 0.1)
      let report = try OpenLoop(rate: 2000, isSpinning: spinning).run(setting)
      #expect(report.isOK, "\(report.text)")
      // 200, give or take what was under way when the clock was read.
      #expect((100...220).contains(try report.number("deliveries")))
      #expect(try report.number("latency_p50_us") > 0)
      #expect(try report.number("lateness_p50_us") <= report.number("latency_p50_us"))
    }
  }

  @Test("a message that is lost is found, and its end is not awaited for ever") func loss() throws {
    try withServer(.drops) { server in
      let setting = try server.setting(clients: 2, seconds: 0.05)
      let report = try OpenLoop(rate: 1000, isSpinning: true).run(setting)
      #expect(try report.number("lost") > 0)
    }
  }
}
