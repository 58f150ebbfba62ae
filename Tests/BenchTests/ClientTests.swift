import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import Bench

@Suite("A client of the load generator") struct ClientTests {
  @Test("a connection that fails is refused") func nobody() throws {
    try withServer { server in
      let setting = try server.setting(clients: 1)
      server.stop()
      let crowd = try setting.crowd(count: 1) { $0 }
      crowd.connect(0)
      #expect(crowd.runner.run(seconds: 5) { crowd.faults[.refused] == 1 })
      #expect(crowd.clients[0] == nil)
      crowd.close()
    }
  }

  @Test("what the kernel does not take goes after it, and no message overtakes") func queued()
    throws
  {
    try withServer { server in
      let setting = try server.setting(clients: 2, bytes: 1 << 20)
      let crowd = try setting.crowd(count: 2, inFlight: 16) { $0 ^ 1 }
      try crowd.open(0..<2, patience: 5)
      crowd.allow(16, place: 0)
      crowd.flush()
      #expect(!crowd.hasNoCredit)
      #expect(crowd.runner.run(seconds: 10) { crowd.deliveries == 16 })
      #expect(crowd.faults.isEmpty)
      crowd.close()
    }
  }
}
