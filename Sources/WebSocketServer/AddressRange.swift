/// A range of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3), such as `10.0.0.0/8`.
///
/// An IPv4 peer is in IPv4 ranges only, however its socket names it: `::/0` means every IPv6
/// address, `0.0.0.0/0` every IPv4 address.
public struct AddressRange: Hashable, Sendable {
  /// The lowest address of the range.
  let network: IPAddress
  /// How many of the 128 leading bits all addresses in the range share.
  let prefixLength: Int

  /// Reads `ADDRESS/BITS`, or a plain address, which is a range of one.
  ///
  /// Bits of the address beyond the prefix are ignored: `10.1.2.3/8` is `10.0.0.0/8`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { return nil }
    // An IPv4 prefix counts from the 96 bits that IPv4 addresses have in common.
    let isDotted = !parts[0].contains(":")
    let (width, offset) = isDotted ? (32, 96) : (128, 0)
    var length = width
    if parts.count == 2 {
      guard let number = IPAddress.decimal(parts[1], atMost: width) else { return nil }
      length = number
    }
    prefixLength = offset + length
    network = IPAddress(bits: address.bits & Self.mask(prefixLength))
  }

  /// Whether `address` lies in the range.
  public func contains(_ address: IPAddress) -> Bool {
    address.isIPv4 == network.isIPv4 && address.bits & Self.mask(prefixLength) == network.bits
  }

  private static func mask(_ length: Int) -> UInt128 {
    // Swift's `<<` yields 0 when all 128 bits are shifted out, as /0 needs.
    UInt128.max << (128 - length)
  }
}
