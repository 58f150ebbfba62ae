import Testing

@testable import WebSocketServer

@Suite("Admission rate") struct AdmissionRateTests {
  private func rate(_ costs: [UInt64]) -> Double {
    var rate = AdmissionRate()
    for cost in costs { rate.note(nanoseconds: cost) }
    return rate.perSecond
  }

  @Test("before anybody has come it is a guess") func unknown() {
    #expect(rate([]) == 1000)
  }

  @Test("half of the time is for those who are inside, and the system takes some of the other")
  func half() {
    #expect(rate([50_000]) == 5000)
    #expect(rate([950_000]) == 500)
  }

  @Test("it follows a change, but not a single one's mood") func change() {
    let steady = [UInt64](repeating: 50_000, count: 100)
    let after = rate(steady + [5_000_000])
    #expect(after > 2500 && after < 5000)
    let later = rate(steady + [UInt64](repeating: 950_000, count: 300))
    #expect(abs(later - 500) < 25)
  }

  @Test("a busy machine does not keep a crowd waiting for ever") func bound() {
    #expect(rate([60_000_000_000]) == 100)
  }
}
