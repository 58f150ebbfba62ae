/// An IPv4 or IPv6 address.
///
/// It is kept as the 128 bits of an IPv6 address, an IPv4 address as the mapped one (RFC 4291
/// §2.5.5.2). So `::ffff:192.0.2.1`, which is how a socket bound to `::` names an IPv4 peer, equals
/// `192.0.2.1`.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// The address in network order: the first group stands in the highest 16 bits.
  let bits: UInt128

  /// The first 96 bits of every IPv4 address: `::ffff:0:0`.
  static let mappedPrefix: UInt128 = 0xffff << 32

  init(bits: UInt128) {
    self.bits = bits
  }

  /// Reads dotted decimals (`192.0.2.1`) or RFC 4291 §2.2 (`2001:db8::1`, `::ffff:192.0.2.1`).
  ///
  /// Refused: leading zeros in IPv4, which some programs take for octal; zones (`%eth0`), brackets.
  public init?(_ text: String) {
    let bits = text.contains(":") ? Self.parseIPv6(text) : Self.parseIPv4(text[...])
    guard let bits else { return nil }
    self.bits = bits
  }

  /// `192.0.2.1`, or eight groups of an IPv6 address: for logs, not shortened.
  public var description: String {
    isIPv4
      ? (0..<4).map { String(UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0))) }
        .joined(separator: ".")
      : (0..<8).map { String(UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)), radix: 16) }
        .joined(separator: ":")
  }

  /// Whether this is an IPv4 address, written as such or mapped into IPv6.
  public var isIPv4: Bool { bits >> 32 == 0xffff }

  private static func parseIPv4(_ text: Substring) -> UInt128? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt128 = 0
    for part in parts {
      guard let octet = decimal(part, atMost: 255) else { return nil }
      bits = bits << 8 | UInt128(octet)
    }
    return mappedPrefix | bits
  }

  private static func parseIPv6(_ text: String) -> UInt128? {
    guard let gap = text.firstRange(of: "::") else {
      guard let groups = groups(text[...]), groups.count == 8 else { return nil }
      return joined(groups)
    }
    // A second "::" leaves an empty group in the tail, which `groups` refuses.
    let (head, tail) = (text[..<gap.lowerBound], text[gap.upperBound...])
    guard
      let before = head.isEmpty ? [] : groups(head, mayEndInIPv4: false),
      let after = tail.isEmpty ? [] : groups(tail),
      before.count + after.count <= 7
    else { return nil }
    let zeros = [UInt16](repeating: 0, count: 8 - before.count - after.count)
    return joined(before + zeros + after)
  }

  /// Reads groups between single colons; the last two may be written as an IPv4 address.
  private static func groups(_ text: Substring, mayEndInIPv4: Bool = true) -> [UInt16]? {
    var groups: [UInt16] = []
    let parts = text.split(separator: ":", maxSplits: 8, omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if mayEndInIPv4, index == parts.count - 1, let address = parseIPv4(part) {
        groups.append(UInt16(truncatingIfNeeded: address >> 16))
        groups.append(UInt16(truncatingIfNeeded: address))
        continue
      }
      // `UInt16(_:radix:)` alone would also take a sign.
      guard
        (1...4).contains(part.utf8.count), part.allSatisfy({ $0.isASCII && $0.isHexDigit }),
        let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }

  private static func joined(_ groups: [UInt16]) -> UInt128 {
    groups.reduce(0) { $0 << 16 | UInt128($1) }
  }

  /// Reads a decimal number of ASCII digits without leading zeros.
  static func decimal(_ text: Substring, atMost limit: Int) -> Int? {
    guard
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      text == "0" || !text.hasPrefix("0"),
      let number = Int(text), number <= limit
    else { return nil }
    return number
  }
}
