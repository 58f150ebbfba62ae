/// Base64 with padding (RFC 4648 §4).
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )
  private static let padding = UInt8(ascii: "=")

  /// Writes three bytes as four characters.
  static func encode(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    let alphabet = alphabet.span
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(bytes.count - start, 3)
      var bits = 0
      for place in 0..<3 { bits = bits << 8 | (place < count ? Int(bytes[start + place]) : 0) }
      for place in 0...3 {
        text.append(place <= count ? alphabet[bits >> (18 - 6 * place) & 63] : padding)
      }
    }
  }

  /// Whether `text` is what 16 bytes become, the bits that the last character does not need aside.
  static func isSixteenBytes(_ text: Span<UInt8>) -> Bool {
    text.count == 24 && text.endOfRun(from: 0, where: isInAlphabet) == 22
      && text[22] == padding && text[23] == padding
  }

  private static func isInAlphabet(_ character: UInt8) -> Bool {
    switch Unicode.Scalar(character) {
    case "A"..."Z", "a"..."z", "0"..."9", "+", "/": true
    default: false
    }
  }
}
