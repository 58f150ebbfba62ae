import Testing

@testable import Bench

@Suite("Churn") struct ChurnTests {
  @Test("clients come and go, and each leave is told") func cycles() throws {
    try withServer { server in
      let report = try Churn().run(try server.setting(clients: 3))
      #expect(report.isOK, "\(report.text)")
      #expect(try report.number("cycles") > 3)
      #expect(try report.number("server_us_per_cycle") > 0)
    }
  }

  @Test(
    "what a server does wrong is found",
    arguments: [
      (PlainServer.Damage.drops, Fault.lost), (.silent, .missingNotice),
      (.announcesTwice, .unexpectedFrame),
    ]
  )
  func damage(damage: PlainServer.Damage, fault: Fault) throws {
    try withServer(damage) { server in
      let report = try Churn().run(try server.setting(clients: 2))
      #expect(try report.number(fault.rawValue) > 0, "\(report.text)")
    }
  }
}
