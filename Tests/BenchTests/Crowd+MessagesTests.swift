import Testing

@testable import Bench

@Suite("The crowd's messages") struct CrowdMessagesTests {
  @Test("credit is sent once, and what is delivered is no longer under way") func credit() throws {
    try withServer { server in
      let crowd = try server.setting(clients: 2).crowd(count: 2, inFlight: 4) { $0 ^ 1 }
      try crowd.open(0..<2, patience: 5)
      crowd.allow(3, place: 0)
      #expect(!crowd.hasNoCredit)
      crowd.flush()
      #expect(crowd.hasNoCredit)
      #expect(crowd.senders[0].inFlight == 3)
      #expect(!crowd.isNothingInFlight)
      #expect(crowd.runner.run(seconds: 5) { crowd.isNothingInFlight })
      #expect(crowd.deliveries == 3)
      crowd.allow(2, place: 1)
      crowd.allowNothing()
      crowd.flush()
      #expect(crowd.senders[1].sent == 0)
      crowd.countLost()
      #expect(crowd.faults.isEmpty)
      crowd.close()
    }
  }

  @Test("numbers out of order are judged, and what is missing at the end is lost") func order()
    throws
  {
    try withServer { server in
      let crowd = try server.setting(clients: 2).crowd(count: 2, inFlight: 8) { $0 ^ 1 }
      crowd.senders[0].sent = 6
      for number in [0, 2, 1, 1, 4] as [UInt32] { crowd.delivered(number, from: 0, to: 1) }
      #expect(crowd.faults[.outOfOrder] == 1)
      #expect(crowd.faults[.repeated] == 1)
      crowd.countLost()
      #expect(crowd.faults[.lost] == 2)
      #expect(crowd.deliveries == 4)
      crowd.delivered(6, from: 0, to: 1)
      #expect(crowd.faults[.wrongPayload] == 1)
      crowd.close()
    }
  }
}
