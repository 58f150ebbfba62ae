// The character classes of RFC 9110 and RFC 9112, and how bytes become strings.

extension UInt8 {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0a
  static let carriageReturn: UInt8 = 0x0d
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let comma: UInt8 = 0x2c
  static let colon: UInt8 = 0x3a

  /// `SP` or `HTAB`, what `OWS` and `BWS` are made of (RFC 9110 §5.6.3).
  var isBlank: Bool { self == .space || self == .tab }

  /// `tchar` (RFC 9110 §5.6.2): letters, digits and fifteen signs.
  var isTokenCharacter: Bool {
    // One bit for each character: a switch takes twice as long, for each byte of each name.
    let bits: UInt64 = self < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
    return self < 128 && bits &>> (self & 63) & 1 != 0
  }

  /// What a field value may hold: visible characters, `obs-text` and blanks (RFC 9110 §5.5).
  var isFieldCharacter: Bool { self == .tab || (self >= .space && self != 0x7f) }

  /// What a request target may hold.
  ///
  /// RFC 3986 allows fewer, but browsers send `|`, `{` or `^` in a query as they are. `#` starts
  /// a fragment, which is never sent, and servers disagree about where the path then ends.
  var isTargetCharacter: Bool { self > .space && self < 0x7f && self != UInt8(ascii: "#") }

  /// The value of a decimal digit.
  var decimalValue: Int? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
    default: nil
    }
  }

  /// The value of a hexadecimal digit of either case.
  var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The byte with an ASCII capital made small.
  var lowercased: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }
}

// Spans here, since the iterator of `String.utf8` takes about 80 instructions for each byte.
extension String {
  /// Whether this is a `token` (RFC 9110 §5.6.2).
  var isToken: Bool { !isEmpty && consists(of: \.isTokenCharacter) }

  /// Whether all bytes are in the class.
  func consists(of isInClass: (UInt8) -> Bool) -> Bool {
    utf8.span.endOfRun(from: 0, where: isInClass) == utf8.count
  }

  /// Compares as field names, codings and upgrade tokens are compared: ASCII letters alike.
  func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.span.equalsIgnoringCase(other.utf8.span)
  }
}

extension StringProtocol {
  /// The number written by `1*DIGIT`, or `Int.max` if it is larger than that; nil for all else.
  var decimalNumber: Int? {
    guard !isEmpty else { return nil }
    var number = 0
    for byte in utf8 {
      guard let digit = byte.decimalValue else { return nil }
      let (tens, overflows) = number.multipliedReportingOverflow(by: 10)
      let (sum, carries) = tens.addingReportingOverflow(digit)
      number = overflows || carries ? .max : sum
    }
    return number
  }
}

extension String {
  /// The members of a comma-separated list, empty ones too, without the blanks around them.
  ///
  /// Split as bytes, since a comma and an accent after it would be one `Character`.
  var members: [String] {
    Array(utf8).split(separator: .comma, omittingEmptySubsequences: false).map { member in
      var member = member.drop(while: \.isBlank)
      while member.last?.isBlank == true { member.removeLast() }
      return String(decoding: member, as: UTF8.self)
    }
  }

  /// Copies UTF-8; what is none becomes U+FFFD.
  init(repairing bytes: Span<UInt8>) {
    if let text = try? UTF8Span(validating: bytes) {
      self.init(copying: text)
    } else {
      self.init(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
  }
}

extension Span<UInt8> {
  /// Compares with ASCII letters alike.
  func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    var index = 0
    while index < count, self[index].lowercased == other[index].lowercased { index += 1 }
    return index == count
  }

  /// Whether a comma-separated list has a member that equals `token`, case aside.
  func hasMember(_ token: Span<UInt8>) -> Bool {
    var start = 0
    while start < count {
      let end = endOfRun(from: start) { $0 != .comma }
      start = endOfRun(from: start, where: \.isBlank)
      // Blanks are no commas, so the member begins here, or is empty.
      var last = end
      while last > start, self[last - 1].isBlank { last -= 1 }
      if extracting(start..<Swift.max(start, last)).equalsIgnoringCase(token) { return true }
      start = end + 1
    }
    return false
  }

  /// The first index from `start` on whose byte is not in the class, or `count`.
  func endOfRun(from start: Int, where isInClass: (UInt8) -> Bool) -> Int {
    var index = start
    while index < count, isInClass(self[index]) { index += 1 }
    return index
  }

  /// The bytes up to at most `length` after `start`, under the same indices.
  @_lifetime(copy self)
  func window(from start: Int, length: Int) -> Span<UInt8> {
    extracting(first: start + Swift.min(length, count - start))
  }
}
