import Testing

@testable import Bench

@Suite("Histogram") struct HistogramTests {
  @Test("without durations there is no quantile") func empty() {
    #expect(Histogram().quantile(0.5) == nil)
  }

  @Test(
    "a lone duration is each quantile of itself",
    arguments: [0, 1, 127, 128, 12345, 1 << 40, .max]
  )
  func lone(duration: UInt64) {
    var histogram = Histogram()
    histogram.record(duration)
    #expect(histogram.quantile(0.001) == duration)
    #expect(histogram.quantile(1) == duration)
  }

  @Test("quantiles are right within a hundredth, and never too low") func quantiles() throws {
    var histogram = Histogram()
    for duration in 1...100_000 { histogram.record(UInt64(duration) * 17) }
    for share in [0.5, 0.9, 0.99, 0.999] {
      let exact = share * 100_000 * 17
      let found = Double(try #require(histogram.quantile(share)))
      #expect((exact...exact * 1.01).contains(found), "\(share)")
    }
    #expect(histogram.maximum == 1_700_000)
    #expect(histogram.quantile(1) == 1_700_000)
    #expect(histogram.count == 100_000)
  }
}
