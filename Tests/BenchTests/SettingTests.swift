import Testing
import WebSocketProtocol

@testable import Bench

@Suite("What workloads have in common") struct SettingTests {
  @Test("a report says what was run") func report() throws {
    try withServer { server in
      let report = try server.setting(clients: 4, kind: .binary, bytes: 100).report("idle", 4)
      #expect(
        report.json
          == #"{"workload": "idle", "clients": 4, "message_bytes": 100, "#
          + #""kind": "binary", "protocol": "plain"}"# + "\n"
      )
    }
  }

  @Test("deliveries are told by the second") func deliveries() throws {
    var report = Report()
    report.add(deliveries: 10, from: .init(at: 0), to: .init(at: 2_000_000_000))
    #expect(try report.number("deliveries_per_s") == 5)
  }
}
