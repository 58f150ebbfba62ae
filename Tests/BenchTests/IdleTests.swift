import Testing

@testable import Bench

@Suite("Idle") struct IdleTests {
  @Test("connections stay, and their memory is told") func memory() throws {
    try withServer { server in
      let report = try Idle().run(try server.setting(clients: 20))
      #expect(report.isOK, "\(report.text)")
      #expect(try report.number("clients") == 20)
      #expect(try report.number("server_anonymous_after_kib") > 0)
      #expect(try report.number("idle_server_cpu_percent") >= 0)
    }
  }

  @Test("a server that is not there is an error with a sentence") func nobody() throws {
    try withServer { server in
      let setting = try server.setting(clients: 2, patience: 0.2)
      server.stop()
      #expect(throws: BenchError.self) { try Idle().run(setting) }
    }
  }
}
