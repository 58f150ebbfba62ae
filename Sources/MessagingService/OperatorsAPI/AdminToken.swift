public import WebSocketProtocol

/// The secret that opens the operators' API, as `Authorization: Bearer …` (RFC 6750 §2.1).
public struct AdminToken: Sendable {
  private let bytes: [UInt8]

  /// Takes a secret; `nil` if it cannot stand in a header: visible ASCII, at least one character.
  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
    bytes = Array(text.utf8)
  }

  /// Whether a request brings the secret.
  public func admits(_ request: HTTPRequest) -> Bool {
    // Two of them could be understood in two ways.
    let values = request.fields.all("Authorization")
    guard values.count == 1, let value = values.first else { return false }
    // RFC 9110 §11.1: the scheme's case does not count.
    let scheme = value.prefix { $0 != " " }
    guard scheme.lowercased() == "bearer" else { return false }
    return equals(Array(value.dropFirst(scheme.count).drop { $0 == " " }.utf8))
  }

  /// Compares in a time that depends on the length of `other` only, so that nobody can find the secret
  /// out byte by byte.
  func equals(_ other: [UInt8]) -> Bool {
    var difference = bytes.count ^ other.count
    for (place, byte) in other.enumerated() {
      difference |= Int(byte ^ bytes[place % bytes.count])
    }
    return difference == 0
  }
}
