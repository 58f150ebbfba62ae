/// What a JSON text says (RFC 8259 §3).
///
/// Strings are bytes of UTF-8, and compared as such: Swift's own strings are equal when they look alike,
/// and a token for one client would open the door to another.
public enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// As far as it can be told: infinite when it is too large.
  case number(Double)
  case string([UInt8])
  case array([JSONValue])
  /// No two members have the same key.
  case object([Member])

  /// A key and its value.
  public struct Member: Equatable, Sendable {
    /// UTF-8.
    public let key: [UInt8]
    /// What stands behind it.
    public let value: JSONValue
  }

  /// The bytes of a string; `nil` for anything else.
  public var bytes: [UInt8]? {
    if case .string(let bytes) = self { bytes } else { nil }
  }

  /// What stands behind a key of an object; `nil` when there is none, and for anything else.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.elementsEqual(key.utf8) }?.value
  }
}
