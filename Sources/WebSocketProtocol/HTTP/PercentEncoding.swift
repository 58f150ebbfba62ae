/// Percent-encoding (RFC 3986 §2.1), read strictly.
enum PercentEncoding {
  /// The bytes that `text` stands for, or nil if a `%` is not followed by two hexadecimal digits.
  ///
  /// - Parameter plusIsSpace: As in a query that a form has written.
  static func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
    if !text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) {
      return Array(text)
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.count)
    var bytes = text.makeIterator()
    while let byte = bytes.next() {
      if byte == UInt8(ascii: "%") {
        guard let high = bytes.next()?.hexadecimalValue, let low = bytes.next()?.hexadecimalValue
        else { return nil }
        decoded.append(high << 4 | low)
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? .space : byte)
      }
    }
    return decoded
  }
}
