import Testing

@testable import Bench

@Suite("Report") struct ReportTests {
  @Test("entries keep their order, texts are escaped, what is not known is null") func json() {
    var report = Report()
    report.add("text", "a \"b\" \\ \n")
    report.add("number", 1.23456)
    report.add("whole", 12)
    report.add("unknown", .nan)
    #expect(
      report.json
        == #"{"text": "a \"b\" \\ \u000a", "number": 1.2346, "whole": 12, "unknown": null}"# + "\n"
    )
    #expect(report.text.hasPrefix("text                        a \"b\""))
  }

  @Test("faults are counted, and make it fail") func faults() {
    var good = Report()
    good.add(Faults())
    #expect(good.isOK)
    #expect(good.firstFault == nil)
    var faults = Faults()
    faults.add(.lost, "a message was lost")
    var bad = Report()
    bad.add(faults)
    #expect(!bad.isOK)
    #expect(bad.firstFault == "a message was lost")
    #expect(bad.json.contains(#""lost": 1"#))
  }

  @Test("use is told for each delivery") func usage() throws {
    let start = ServerProcess.Usage(at: 0, server: 1000, userTicks: 1, systemTicks: 1, generator: 0)
    let end = ServerProcess.Usage(
      at: 1_000_000,
      server: 501_000,
      userTicks: 2,
      systemTicks: 4,
      generator: 250_000
    )
    var report = Report()
    report.add(from: start, to: end, count: 100, unit: "delivery")
    #expect(try report.number("server_us_per_delivery") == 5)
    #expect(try report.number("server_user_share") == 0.25)
    #expect(try report.number("server_cpu_percent") == 50)
    #expect(try report.number("generator_us_per_delivery") == 2.5)
  }

  @Test("quantiles are in microseconds") func quantiles() throws {
    var durations = Histogram()
    durations.record(2000)
    var report = Report()
    report.add("latency", durations)
    #expect(try report.number("latency_p999_us") == 2)
  }
}
