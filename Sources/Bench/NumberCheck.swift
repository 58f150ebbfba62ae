/// Judges the numbers of one sender's messages that do not come as expected.
struct NumberCheck {
  /// Numbers that are remembered as passed over; more than that are lost even if they come later.
  static let limit = 10_000

  private var missing: Set<UInt32> = []

  /// What a number means that is not the expected one.
  enum Verdict: Equatable {
    /// Some before it have not come: lost, or still to come.
    case ahead
    /// It had been passed over.
    case late
    /// It has come before.
    case again
  }

  /// Numbers that have been passed over and not come since.
  var missingCount: Int { missing.count }

  /// Judges `number`, which is not `expected`.
  mutating func judge(_ number: UInt32, expected: UInt32) -> Verdict {
    guard number < expected else {
      for passed in expected..<number {
        guard missing.count < Self.limit else { break }
        missing.insert(passed)
      }
      return .ahead
    }
    return missing.remove(number) == nil ? .again : .late
  }
}
