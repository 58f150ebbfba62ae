/// How many connections come from each address, for a limit on it.
///
/// IPv6 addresses that share their first 64 bits count as one: that is what one customer gets
/// (RFC 6177 §2), so by whole addresses one machine could pass for any number.
final class AddressCounter {
  /// Connections that one address may have; 0 is no limit, and nothing is counted.
  let limit: Int
  private var counts: [UInt128: Int] = [:]
  private var sources: [UInt32: UInt128] = [:]

  init(limit: Int) {
    self.limit = limit
  }

  /// Counts the connection at `slot`.
  ///
  /// - Returns: false, and it is not counted, when the address has as many as it may.
  func admit(_ address: IPAddress, at slot: UInt32) -> Bool {
    guard limit > 0 else { return true }
    release(slot)
    let source = address.isIPv4 ? address.bits : address.bits >> 64
    let count = counts[source, default: 0]
    guard count < limit else { return false }
    counts[source] = count + 1
    sources[slot] = source
    return true
  }

  /// The connection at `slot`, if it was counted, has ended.
  func release(_ slot: UInt32) {
    guard limit > 0, let source = sources.removeValue(forKey: slot),
      let count = counts[source]
    else { return }
    counts[source] = count > 1 ? count - 1 : nil
  }

  /// Addresses that have connections.
  var count: Int { counts.count }
}
