/// Base64 with padding (RFC 4648 §4).
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )
  private static let padding = UInt8(ascii: "=")

  /// Writes three bytes as four characters.
  static func encode(_ bytes: [UInt8]) -> String {
    let alphabet = alphabet
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0...3 {
        text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : padding)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether `text` is what 16 bytes become, the bits that the last character does not need aside.
  static func isSixteenBytes(_ text: String) -> Bool {
    let characters = Array(text.utf8)
    return characters.count == 24 && characters.suffix(2) == [padding, padding]
      && characters.dropLast(2).allSatisfy(isInAlphabet)
  }

  private static func isInAlphabet(_ character: UInt8) -> Bool {
    switch Unicode.Scalar(character) {
    case "A"..."Z", "a"..."z", "0"..."9", "+", "/": true
    default: false
    }
  }
}
