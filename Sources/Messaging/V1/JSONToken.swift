/// A value of a JSON text that has been read: what it is, and where it lies.
struct JSONToken: Equatable {
  /// What a value is.
  enum Kind: UInt8 {
    case string, escapedString, number, object, array, null, `true`, `false`
  }

  let kind: Kind
  let start: Int
  let end: Int

  /// Where it lies, a string with its quotation marks.
  var range: Range<Int> { start..<end }

  /// The value as a string, if it is one.
  var string: JSONString? {
    switch kind {
    case .string: JSONString(start..<end, isEscaped: false)
    case .escapedString: JSONString(start..<end, isEscaped: true)
    default: nil
    }
  }

  /// A string.
  @inline(__always)
  init(_ string: JSONString) {
    kind = string.isEscaped ? .escapedString : .string
    (start, end) = (string.token.lowerBound, string.token.upperBound)
  }

  /// Something else than a string.
  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    (start, end) = (range.lowerBound, range.upperBound)
  }
}
