import Testing

@testable import Bench

@Suite("Leave") struct LeaveTests {
  @Test("each way to leave is noticed once", arguments: Leaving.allCases)
  func ways(way: Leaving) throws {
    try withServer { server in
      let report = try Leave(way: way).run(try server.setting(clients: 8))
      #expect(report.isOK, "\(report.text)")
      #expect(try report.number("leaves") == 4)
      #expect(try report.number("notice_p99_us") > 0)
    }
  }

  @Test(
    "a notice that is missing, or comes twice, is found",
    arguments: [
      (PlainServer.Damage.silent, Fault.missingNotice), (.announcesTwice, .unexpectedFrame),
    ]
  )
  func damage(damage: PlainServer.Damage, fault: Fault) throws {
    try withServer(damage) { server in
      let report = try Leave(way: .close).run(try server.setting(clients: 4))
      #expect(try report.number(fault.rawValue) > 0, "\(report.text)")
    }
  }
}
