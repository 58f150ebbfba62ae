/// The name by which a client is known: 1 to 64 bytes of UTF-8 without control characters, white
/// space, `:` and `/`.
public struct ClientID: Hashable, Sendable, CustomStringConvertible {
  /// The most bytes that a name may have.
  public static let maximumBytes = 64

  /// The name.
  public let description: String

  /// Takes `bytes` as a name.
  ///
  /// - Throws: `ClientIDError`, which says what is wrong with them.
  public init(_ bytes: Span<UInt8>) throws(ClientIDError) {
    guard bytes.count > 0 else { throw .empty }
    guard bytes.count <= Self.maximumBytes else { throw .tooLong(bytes: bytes.count) }
    guard let text = try? UTF8Span(validating: bytes) else { throw .notUTF8 }
    description = String(copying: text)
    // Nearly all names are letters and digits, which need no look into Unicode's tables.
    guard !Self.isPlain(bytes) else { return }
    for scalar in description.unicodeScalars {
      switch scalar {
      case ":", "/": throw .forbidden("the character \"\(scalar)\"")
      case _ where scalar.properties.isWhitespace: throw .forbidden("white space")
      case _ where scalar.properties.generalCategory == .control:
        throw .forbidden("a control character")
      default: break
      }
    }
  }

  /// Whether there is nothing but visible ASCII, without the two that are forbidden.
  private static func isPlain(_ bytes: Span<UInt8>) -> Bool {
    for index in 0..<bytes.count {
      let byte = bytes[index]
      guard 0x21...0x7E ~= byte, byte != UInt8(ascii: ":"), byte != UInt8(ascii: "/") else {
        return false
      }
    }
    return true
  }

  /// Takes a string as a name.
  ///
  /// - Throws: `ClientIDError`.
  public init(_ text: String) throws(ClientIDError) {
    try self.init(Array(text.utf8).span)
  }

  /// In places of the table that nobody has.
  static let none = ClientID(unchecked: "")

  private init(unchecked description: String) {
    self.description = description
  }

  /// Names are equal by their bytes: others that only look alike are other clients.
  public static func == (a: Self, b: Self) -> Bool {
    a.isIdentical(to: b) || a.matches(b.bytes)
  }

  /// By the bytes, too: strings that look alike have the same hash.
  public func hash(into hasher: inout Hasher) {
    for byte in description.utf8 { hasher.combine(byte) }
  }

  /// Whether the name is made of just these bytes.
  func matches(_ bytes: Span<UInt8>) -> Bool {
    let name = self.bytes
    guard name.count == bytes.count else { return false }
    var offset = 0
    while offset + 8 <= bytes.count {
      guard name.word(at: offset) == bytes.word(at: offset) else { return false }
      offset += 8
    }
    let rest = bytes.count - offset
    return name.word(at: offset, count: rest) == bytes.word(at: offset, count: rest)
  }
}

/// Why something cannot be a ``ClientID``.
public enum ClientIDError: Error, Equatable, Sendable {
  case empty
  case tooLong(bytes: Int)
  case notUTF8
  case forbidden(String)

  /// A sentence for whoever sent it.
  public var sentence: String {
    switch self {
    case .empty: "A client id must not be empty."
    case .tooLong(let bytes): "A client id has at most 64 bytes; this one has \(bytes)."
    case .notUTF8: "A client id must be UTF-8."
    case .forbidden(let what): "A client id must not contain \(what)."
    }
  }
}
