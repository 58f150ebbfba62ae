/// The numbers of the protocol: whole ones that every JSON reader holds exactly (RFC 8259 §6).
enum JSONNumber {
  /// 2^53 − 1: beyond that JavaScript cannot tell a number from the next.
  static let maximum: UInt64 = 1 << 53 - 1

  /// What a number is, as far as the protocol cares.
  enum Value: Equatable {
    /// From 0 to ``maximum``.
    case whole(UInt64)
    /// A whole number greater than ``maximum``.
    case large
    /// Below zero, or with a fraction.
    case other
  }

  /// The value of a number that has been read, however it is written: `1e3` and `10.0` are whole.
  static func value(_ digits: Span<UInt8>) -> Value {
    // As numbers are mostly written: up to 15 digits and nothing else.
    if digits.count <= 15 {
      var value: UInt64 = 0
      var index = 0
      while index < digits.count, 0x30...0x39 ~= digits[index] {
        value = value * 10 + UInt64(digits[index] - 0x30)
        index += 1
      }
      if index == digits.count { return .whole(value) }
    }
    return general(digits)
  }

  private static func general(_ text: Span<UInt8>) -> Value {
    var index = 0
    let isNegative = text[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    /// The digits without zeros at either end, as far as they fit.
    var value: UInt64 = 0
    var isTooLong = false
    /// Zeros that count only if a digit follows.
    var zeros = 0
    /// By how many places the digits are to be moved to the left.
    var shift = 0
    var isFraction = false
    while index < text.count, text[index] | 0x20 != UInt8(ascii: "e") {
      let byte = text[index]
      index += 1
      if byte == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      if isFraction { shift -= 1 }
      if byte == UInt8(ascii: "0") {
        if value > 0 { zeros += 1 }
        continue
      }
      for _ in 0..<min(zeros, 20) + 1 {
        guard value <= maximum else { isTooLong = true; break }
        value *= 10
      }
      value += UInt64(byte - 0x30)
      zeros = 0
    }
    guard value > 0 else { return .whole(0) }
    guard !isNegative else { return .other }
    shift += zeros + exponent(text, from: index)
    guard shift >= 0 else { return .other }
    for _ in 0..<min(shift, 20) where value <= maximum { value *= 10 }
    return isTooLong || value > maximum ? .large : .whole(value)
  }

  /// What follows the `e` at `index`, within ±2^40: more than a message has digits.
  private static func exponent(_ text: Span<UInt8>, from index: Int) -> Int {
    var isNegative = false
    var exponent = 0
    for place in min(index + 1, text.count)..<text.count {
      switch text[place] {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      default: exponent = min(exponent * 10 + Int(text[place] - 0x30), 1 << 40)
      }
    }
    return isNegative ? -exponent : exponent
  }
}
