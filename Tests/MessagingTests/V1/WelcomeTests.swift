import Testing

@testable import Messaging

@Suite("Welcome") struct WelcomeTests {
  @Test("it says what a client needs to know", arguments: [15_100, nil] as [UInt64?])
  func text(leaveWithin: UInt64?) {
    let welcome = Welcome(
      client: "1001",
      server: "sotto/1.0.0",
      log: "L1",
      heartbeatInterval: 10_000,
      heartbeatTimeout: 5000,
      leaveWithin: leaveWithin,
      messageBytes: 16_777_216,
      rate: 0,
      dedup: 604_800_000,
      pending: 3
    )
    #expect(
      ReplyBuffer.text { $0.welcome(welcome) }
        == #"{"type":"welcome","client":"1001","server":"sotto/1.0.0","log":"L1","heartbeat":"#
        + #"{"interval":10000,"timeout":5000},"leave_within":"#
        + (leaveWithin.map { "\($0)" } ?? "null")
        + #","limits":{"message":16777216,"rate":0,"dedup":604800000},"pending":3}"#
    )
  }
}
