/// Percent-encoding (RFC 3986 §2.1), read strictly.
enum PercentEncoding {
  /// The bytes that `text` stands for, or nil if a `%` is not followed by two hexadecimal digits.
  static func decode(_ text: Substring) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.utf8.count)
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      if byte == UInt8(ascii: "%") {
        guard let high = bytes.next()?.hexadecimalValue, let low = bytes.next()?.hexadecimalValue
        else { return nil }
        decoded.append(high << 4 | low)
      } else {
        decoded.append(byte)
      }
    }
    return decoded
  }
}
