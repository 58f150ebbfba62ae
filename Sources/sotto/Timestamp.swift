/// A moment in UTC, to the millisecond.
struct Timestamp: Equatable, Sendable, CustomStringConvertible {
  /// Since 1970-01-01T00:00:00Z, without leap seconds.
  let milliseconds: Int

  /// As in RFC 3339 §5.6: `2026-01-31T12:00:00.000Z`.
  var description: String {
    let (seconds, fraction) = Self.divide(milliseconds, by: 1000)
    let (days, second) = Self.divide(seconds, by: 86_400)
    let (year, month, day) = Self.date(days)
    let date = "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))"
    let hour = "\(Self.pad(second / 3600, 2)):\(Self.pad(second / 60 % 60, 2))"
    return "\(date)T\(hour):\(Self.pad(second % 60, 2)).\(Self.pad(fraction, 3))Z"
  }

  /// The Gregorian date of a day counted from 1970-01-01.
  ///
  /// It counts from 0000-03-01, so that the leap day ends a year, in eras of 400 years
  /// (146,097 days), after which the calendar repeats.
  private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = divide(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // From March on, five months have 153 days: 31, 30, 31, 30, 31.
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// Divides with a remainder that is never negative.
  private static func divide(_ number: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
