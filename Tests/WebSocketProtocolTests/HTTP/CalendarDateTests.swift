import Testing

@testable import WebSocketProtocol

@Suite("Calendar date") struct CalendarDateTests {
  @Test("days and dates are inverse over four centuries and more") func inverse() {
    var previous = CalendarDate(daysSince1970: -150_001)
    for days in -150_000...150_000 {
      let date = CalendarDate(daysSince1970: days)
      #expect(date.daysSince1970 == days)
      let follows =
        (date.year, date.month, date.day) > (previous.year, previous.month, previous.day)
      guard date.isValid, follows else {
        Issue.record("\(date) after \(previous)")
        return
      }
      previous = date
    }
  }

  @Test("quotients are rounded down", arguments: [(7, 3), (0, 0), (-1, -1), (-2, -1), (-3, -2)])
  func quotient(number: Int, expected: Int) {
    #expect(number.flooredQuotient(2) == expected)
  }
}
