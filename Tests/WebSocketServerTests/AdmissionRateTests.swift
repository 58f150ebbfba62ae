import Testing

@testable import WebSocketServer

@Suite("Admission rate") struct AdmissionRateTests {
  private func rate(_ rounds: [(nanoseconds: UInt64, admitted: Int)]) -> Double {
    let rate = AdmissionRate()
    var now: UInt64 = 1000
    for round in rounds {
      rate.begin(at: now)
      // Only the first counts.
      rate.begin(at: now + 1)
      for _ in 0..<round.admitted { rate.admit() }
      now += round.nanoseconds
      #expect(rate.isRunning)
      rate.endRound(at: now)
      #expect(!rate.isRunning)
      now += 5_000_000_000
    }
    return rate.perSecond
  }

  @Test("before anybody has come it is a guess") func unknown() {
    #expect(AdmissionRate().perSecond == 1000)
    #expect(rate([(5_000_000, 0)]) == 1000)
  }

  @Test("half of the time is for those who are inside") func half() {
    #expect(rate([(1_000_000, 10)]) == 5000)
    #expect(rate([(2_000_000, 1)]) == 250)
  }

  @Test("rounds without an admission count for the next one") func handshakes() {
    #expect(rate([(400_000, 0), (600_000, 1)]) == 500)
  }

  @Test("it follows a change, but not a single one's mood") func change() {
    let steady = Array(repeating: (nanoseconds: UInt64(100_000), admitted: 1), count: 100)
    let after = rate(steady + [(10_000_000, 1)])
    #expect(after > 1500 && after < 5000)
    let later = rate(
      steady + Array(repeating: (nanoseconds: UInt64(1_000_000), admitted: 1), count: 300)
    )
    #expect(abs(later - 500) < 25)
  }

  @Test("it stays within what can be believed") func bounds() {
    #expect(rate([(1, 1000)]) == 20_000)
    #expect(rate([(60_000_000_000, 1)]) == 100)
  }
}
