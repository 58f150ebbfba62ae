/// The two spellings of a signature by ECDSA: two numbers side by side in a token (RFC 7518 §3.4), DER in
/// OpenSSL (RFC 3279 §2.2.3).
enum ECDSASignature {
  /// Two numbers of equal length, big-endian, as an ASN.1 SEQUENCE of two INTEGERs.
  ///
  /// - Parameter raw: An even number of bytes, 64 at most, so that each length fits into one byte.
  static func der(_ raw: [UInt8]) -> [UInt8] {
    precondition(raw.count <= PublicKey.curveSignatureBytes)
    let half = raw.count / 2
    let numbers = integer(raw[..<half]) + integer(raw[half...])
    return [0x30, UInt8(numbers.count)] + numbers
  }

  /// DER has no zeros in front, but one where the highest bit would be a minus.
  private static func integer(_ number: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = Array(number.drop { $0 == 0 })
    if bytes.first.map({ $0 >= 0x80 }) ?? true { bytes.insert(0, at: 0) }
    return [0x02, UInt8(bytes.count)] + bytes
  }
}
