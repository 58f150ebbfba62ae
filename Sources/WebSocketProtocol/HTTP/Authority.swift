/// The grammar of a host with an optional port, as in `Host` and in an absolute target.
enum Authority {
  /// Whether `text` is `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
  ///
  /// Empty is valid: RFC 9112 §3.2 asks for it when the target has no authority.
  static func isValid(_ text: Span<UInt8>) -> Bool {
    var end: Int
    if text.count > 0, text[0] == UInt8(ascii: "[") {
      end = text.endOfRun(from: 1, where: isAddressCharacter)
      guard end > 1, end < text.count, text[end] == UInt8(ascii: "]") else { return false }
      end += 1
    } else {
      guard let nameEnd = endOfRegisteredName(text) else { return false }
      end = nameEnd
    }
    guard end < text.count else { return true }
    return text[end] == .colon
      && text.endOfRun(from: end + 1) { $0.decimalValue != nil } == text.count
  }

  /// The end of a `reg-name`: unreserved characters, sub-delimiters and escapes; nil for a bad escape.
  private static func endOfRegisteredName(_ text: Span<UInt8>) -> Int? {
    var end = text.endOfRun(from: 0, where: isNameCharacter)
    while end < text.count, text[end] == UInt8(ascii: "%") {
      guard end + 2 < text.count, text[end + 1].hexadecimalValue != nil,
        text[end + 2].hexadecimalValue != nil
      else { return nil }
      end = text.endOfRun(from: end + 3, where: isNameCharacter)
    }
    return end
  }

  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "0"..."9", "a"..."z", "A"..."Z": true
    case "-", ".", "_", "~", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "=": true
    default: false
    }
  }

  /// What stands between the brackets of an IP literal, future versions of IP included.
  private static func isAddressCharacter(_ byte: UInt8) -> Bool {
    byte == .colon || isNameCharacter(byte)
  }
}
