/// The grammar of a host with an optional port, as in `Host` and in an absolute target.
enum Authority {
  /// Whether `text` is `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
  ///
  /// Empty is valid: RFC 9112 §3.2 asks for it when the target has no authority.
  static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var hostEnd = bytes.firstIndex(of: .colon) ?? bytes.count
    if bytes.first == UInt8(ascii: "[") {
      guard let closing = bytes.firstIndex(of: UInt8(ascii: "]")), closing > 1,
        bytes[1..<closing].allSatisfy(isAddressCharacter)
      else { return false }
      hostEnd = closing + 1
    } else if !isRegisteredName(bytes[..<hostEnd]) {
      return false
    }
    let port = bytes[hostEnd...]
    return port.isEmpty
      || port.first == .colon && port.dropFirst().allSatisfy { $0.decimalValue != nil }
  }

  /// `reg-name`: unreserved characters, sub-delimiters and escapes.
  private static func isRegisteredName(_ name: ArraySlice<UInt8>) -> Bool {
    var rest = name
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.popFirst()?.hexadecimalValue != nil, rest.popFirst()?.hexadecimalValue != nil
        else { return false }
      } else if !isNameCharacter(byte) {
        return false
      }
    }
    return true
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
