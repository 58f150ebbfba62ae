/// Dates as HTTP writes them (RFC 9110 §5.6.7), in seconds since 1970.
public enum HTTPDate {
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The form to send (IMF-fixdate): `Sun, 06 Nov 1994 08:49:37 GMT`.
  ///
  /// A time outside the years 0 to 9999, which the form cannot write, becomes the nearest inside.
  public static func format(secondsSince1970 seconds: Int) -> String {
    let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
    let days = seconds.flooredQuotient(86_400)
    let second = seconds - days * 86_400
    let date = CalendarDate(daysSince1970: days)
    // 1 January 1970 was a Thursday.
    let weekday = days + 4 - (days + 4).flooredQuotient(7) * 7
    return weekdays[weekday].prefix(3)
      + ", \(padded(date.day)) \(months[date.month - 1]) \(padded(date.year, to: 4))"
      + " \(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60)) GMT"
  }

  /// Reads any of the three forms that a recipient MUST accept; nil if it is none of them.
  ///
  /// The two digits of the obsolete second form are of 1970 to 2069, since there is no clock here.
  public static func parse(_ text: String) -> Int? {
    parseFixdate(text) ?? parseRFC850(text) ?? parseAsctime(text)
  }

  // Sun, 06 Nov 1994 08:49:37 GMT
  private static func parseFixdate(_ text: String) -> Int? {
    var scanner = DateScanner(text)
    guard scanner.word(of: weekdays.map { $0.prefix(3) }) != nil, scanner.skip(", "),
      let day = scanner.number(digits: 2), scanner.skip(" "),
      let month = scanner.word(of: months), scanner.skip(" "),
      let year = scanner.number(digits: 4), scanner.skip(" "),
      let second = scanner.secondOfDay(), scanner.skip(" GMT"), scanner.isAtEnd
    else { return nil }
    return seconds(year, month + 1, day, second)
  }

  // Sunday, 06-Nov-94 08:49:37 GMT
  private static func parseRFC850(_ text: String) -> Int? {
    var scanner = DateScanner(text)
    guard scanner.word(of: weekdays) != nil, scanner.skip(", "),
      let day = scanner.number(digits: 2), scanner.skip("-"),
      let month = scanner.word(of: months), scanner.skip("-"),
      let year = scanner.number(digits: 2), scanner.skip(" "),
      let second = scanner.secondOfDay(), scanner.skip(" GMT"), scanner.isAtEnd
    else { return nil }
    return seconds(year < 70 ? year + 2000 : year + 1900, month + 1, day, second)
  }

  // Sun Nov  6 08:49:37 1994
  private static func parseAsctime(_ text: String) -> Int? {
    var scanner = DateScanner(text)
    guard scanner.word(of: weekdays.map { $0.prefix(3) }) != nil, scanner.skip(" "),
      let month = scanner.word(of: months), scanner.skip(" "),
      let day = scanner.skip(" ") ? scanner.number(digits: 1) : scanner.number(digits: 2),
      scanner.skip(" "), let second = scanner.secondOfDay(), scanner.skip(" "),
      let year = scanner.number(digits: 4), scanner.isAtEnd
    else { return nil }
    return seconds(year, month + 1, day, second)
  }

  private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ second: Int) -> Int? {
    let date = CalendarDate(year: year, month: month, day: day)
    return date.isValid ? date.daysSince1970 * 86_400 + second : nil
  }

  private static func padded(_ number: Int, to width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Goes through a date from left to right.
private struct DateScanner {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest.removeFirst(text.count)
    return true
  }

  /// The index of the word that stands here.
  mutating func word(of words: [some StringProtocol]) -> Int? {
    guard let index = words.firstIndex(where: { rest.hasPrefix($0) }) else { return nil }
    rest.removeFirst(words[index].count)
    return index
  }

  mutating func number(digits: Int) -> Int? {
    let text = rest.prefix(digits)
    guard text.utf8.count == digits, let number = text.decimalNumber else { return nil }
    rest.removeFirst(digits)
    return number
  }

  /// `hour:minute:second`, where the second may be a leap second, 60.
  mutating func secondOfDay() -> Int? {
    guard let hour = number(digits: 2), hour < 24, skip(":"),
      let minute = number(digits: 2), minute < 60, skip(":"),
      let second = number(digits: 2), second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }
}
