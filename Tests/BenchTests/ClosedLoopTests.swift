import Testing
import WebSocketProtocol

@testable import Bench

@Suite("Closed loop") struct ClosedLoopTests {
  static let forms: [(MessageKind, Int)] = [
    (.text, 16), (.text, 64), (.binary, 1024), (.text, 4097), (.binary, 65536),
  ]

  @Test("all that is sent is delivered, checked and timed", arguments: forms)
  func throughput(kind: MessageKind, bytes: Int) throws {
    try withServer { server in
      let setting = try server.setting(clients: 4, kind: kind, bytes: bytes)
      let report = try ClosedLoop(pattern: .throughput, depth: 3, isSteady: false).run(setting)
      #expect(report.isOK, "\(report.text)")
      #expect(try report.number("deliveries") > 0)
      #expect(try report.number("deliveries_per_s") > 0)
      #expect(try report.number("server_us_per_delivery") > 0)
      #expect(
        try report.number("latency_p50_us") <= report.number("latency_max_us")
      )
    }
  }

  @Test("more than one write takes, and more than a socket takes") func much() throws {
    try withServer { server in
      let setting = try server.setting(clients: 2, bytes: 4096)
      let report = try ClosedLoop(pattern: .throughput, depth: 500, isSteady: true).run(setting)
      #expect(report.isOK, "\(report.text)")
    }
  }

  @Test("steady, and all to one") func others() throws {
    try withServer { server in
      let setting = try server.setting(clients: 6)
      let steady = try ClosedLoop(pattern: .throughput, depth: 1, isSteady: true).run(setting)
      #expect(steady.isOK, "\(steady.text)")
      #expect(steady.json.contains(#""workload": "throughput --steady""#))
    }
    try withServer { server in
      let setting = try server.setting(clients: 7)
      let fanIn = try ClosedLoop(pattern: .fanIn, depth: 2, isSteady: false).run(setting)
      #expect(fanIn.isOK, "\(fanIn.text)")
      #expect(try fanIn.number("deliveries") > 0)
    }
  }

  static let damages: [(PlainServer.Damage, Fault)] = [
    (.drops, .lost), (.repeats, .repeated), (.swaps, .outOfOrder), (.changes, .wrongPayload),
    (.lengthens, .wrongPayload), (.misdirects, .wrongReceiver), (.missigns, .wrongReceiver),
    (.hangsUp, .dropped),
  ]

  @Test("what a server does wrong is found", arguments: damages)
  func damage(damage: PlainServer.Damage, fault: Fault) throws {
    try withServer(damage) { server in
      let setting = try server.setting(clients: 4)
      let report = try ClosedLoop(pattern: .throughput, depth: 4, isSteady: true).run(setting)
      #expect(!report.isOK)
      #expect(report.firstFault != nil)
      #expect(try report.number(fault.rawValue) > 0, "\(report.text)")
      for other in [Fault.lost, .repeated, .outOfOrder] where other != fault {
        guard fault == .lost || fault == .repeated || fault == .outOfOrder else { continue }
        #expect(try report.number(other.rawValue) == 0, "\(report.text)")
      }
    }
  }
}
