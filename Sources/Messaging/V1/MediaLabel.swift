/// What may be said about a binary message: the media type and the file name.
enum MediaLabel {
  /// The longest media type, in bytes: that of RFC 6838 §4.2 for each of its halves.
  static let maximumMediaTypeBytes = 127
  /// The longest file name, in bytes: that of the common file systems.
  static let maximumFileNameBytes = 255

  /// A media type (RFC 9110 §8.3.1), of whose parameters only that they are printable ASCII.
  static func isMediaType(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count <= maximumMediaTypeBytes else { return false }
    let slash = tokenEnd(bytes, from: 0)
    guard slash > 0, slash < bytes.count, bytes[slash] == UInt8(ascii: "/") else { return false }
    let end = tokenEnd(bytes, from: slash + 1)
    guard end > slash + 1 else { return false }
    guard end < bytes.count else { return true }
    guard bytes[end] == UInt8(ascii: ";") || bytes[end] == UInt8(ascii: " ") else { return false }
    for index in end..<bytes.count where !(0x20...0x7E ~= bytes[index]) { return false }
    return true
  }

  /// A file name that stands for one file in any folder: no control characters (Unicode's Cc), no
  /// separators of any system, and not the folder itself or the one above.
  static func isFileName(_ bytes: Span<UInt8>) -> Bool {
    guard 1...maximumFileNameBytes ~= bytes.count else { return false }
    var dots = 0
    for index in 0..<bytes.count {
      switch bytes[index] {
      case 0..<0x20, 0x7F, UInt8(ascii: "/"), UInt8(ascii: "\\"): return false
      // U+0080 to U+009F are C2 80 to C2 9F.
      case 0x80..<0xA0 where index > 0 && bytes[index - 1] == 0xC2: return false
      case UInt8(ascii: "."): dots += 1
      default: break
      }
    }
    return dots < bytes.count || dots > 2
  }

  /// Where the token ends (RFC 9110 §5.6.2) that begins at `start`.
  private static func tokenEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"),
        UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"),
        UInt8(ascii: "|"), UInt8(ascii: "~"):
        index += 1
      default: return index
      }
    }
    return index
  }
}
