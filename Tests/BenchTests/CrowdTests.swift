import Testing

@testable import Bench

@Suite("Crowd") struct CrowdTests {
  @Test("ids and places belong together, also after a new id") func places() throws {
    try withServer { server in
      let crowd = try server.setting(clients: 4).crowd(count: 4) { $0 ^ 1 }
      #expect(crowd.senders[2].id == 100_002)
      #expect(crowd.place(of: 100_002) == 2)
      #expect(crowd.place(of: 99_999) == nil)
      crowd.renew(2)
      #expect(crowd.senders[2].id == 100_006)
      #expect(crowd.place(of: 100_006) == 2)
      #expect(crowd.senders[2].target == 3)
      crowd.close()
    }
  }

  @Test("clients open, and their end is no fault when they were told to leave") func connections()
    throws
  {
    try withServer { server in
      let crowd = try server.setting(clients: 2).crowd(count: 2) { $0 ^ 1 }
      try crowd.open(0..<2, patience: 5)
      #expect(crowd.openCount == 2)
      var left: [Int] = []
      crowd.onLeft = { left.append($0) }
      crowd.clients[0]?.leave(.close)
      #expect(crowd.runner.run(seconds: 5) { !left.isEmpty })
      #expect(left == [0])
      #expect(crowd.faults.isEmpty)
      crowd.close()
    }
  }

  @Test("nothing is left of a crowd that was closed") func end() throws {
    weak var remains: Crowd?
    try withServer { server in
      let crowd = try server.setting(clients: 2).crowd(count: 2) { $0 ^ 1 }
      remains = crowd
      try crowd.open(0..<2, patience: 5)
      crowd.onLeft = { _ in crowd.allowNothing() }
      crowd.onNotice = { _, _ in crowd.allowNothing() }
      crowd.close()
    }
    #expect(remains == nil)
  }
}
