import Testing

@testable import Bench

@Suite("Faults") struct FaultsTests {
  @Test("faults are counted, and the first one is told") func counts() {
    var faults = Faults()
    #expect(faults.isEmpty)
    #expect(faults.first == nil)
    faults.add(.lost, count: 0, "nothing")
    #expect(faults.isEmpty)
    faults.add(.repeated, "first")
    faults.add(.lost, count: 3, "second")
    #expect(faults[.lost] == 3)
    #expect(faults[.repeated] == 1)
    #expect(faults[.dropped] == 0)
    #expect(faults.first == "first")
  }
}
