/// Percent-encoding (RFC 3986 §2.1), read strictly.
enum PercentEncoding {
  /// The bytes that `text` stands for, or nil if a `%` is not followed by two hexadecimal digits.
  ///
  /// - Parameter plusIsSpace: As in a query that a form has written.
  static func decode(_ text: Span<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.count)
    var start = 0
    while start < text.count {
      let end = text.endOfRun(from: start) { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }
      decoded.append(copying: text.extracting(start..<end))
      guard end < text.count else { break }
      if text[end] == UInt8(ascii: "+") {
        decoded.append(plusIsSpace ? .space : text[end])
        start = end + 1
      } else {
        guard end + 2 < text.count, let high = text[end + 1].hexadecimalValue,
          let low = text[end + 2].hexadecimalValue
        else { return nil }
        decoded.append(high << 4 | low)
        start = end + 3
      }
    }
    return decoded
  }
}
