import Testing

@testable import Bench

@Suite("Numbers that are not the expected ones") struct NumberCheckTests {
  @Test("what was passed over is late once, and again after that") func order() {
    var check = NumberCheck()
    #expect(check.judge(5, expected: 3) == .ahead)
    #expect(check.missingCount == 2)
    #expect(check.judge(3, expected: 6) == .late)
    #expect(check.judge(3, expected: 6) == .again)
    #expect(check.judge(5, expected: 6) == .again)
    #expect(check.missingCount == 1)
  }

  @Test("no more is remembered than the limit") func limit() {
    var check = NumberCheck()
    #expect(check.judge(.max, expected: 0) == .ahead)
    #expect(check.missingCount == NumberCheck.limit)
    #expect(check.judge(UInt32(NumberCheck.limit) - 1, expected: .max) == .late)
    #expect(check.judge(UInt32(NumberCheck.limit), expected: .max) == .again)
  }
}
