/// What names one version of a resource (RFC 9110 §8.8.3): `"abc"`, or weakly `W/"abc"`.
public struct EntityTag: Sendable, Equatable {
  /// What stands between the quotes.
  public let opaque: String
  /// Whether the versions under this tag are alike in meaning, but perhaps not in every byte.
  public let isWeak: Bool

  /// Makes a tag for a response.
  ///
  /// Trap: `opaque` must hold neither quotes nor blanks nor control characters.
  public init(_ opaque: String, isWeak: Bool = false) {
    precondition(opaque.consists(of: Self.isTagCharacter), "no entity tag: \(opaque)")
    self.opaque = opaque
    self.isWeak = isWeak
  }

  /// Reads one tag; nil if `text` is anything else.
  public init?(parsing text: String) {
    let tags = Self.list(text)
    guard let tag = tags.first, tag.text == text else { return nil }
    self = tag
  }

  /// The tag as it is written in a field.
  public var text: String { (isWeak ? "W/" : "") + "\"\(opaque)\"" }

  /// Compares for `If-Match` and `If-Range`: every byte is the same (RFC 9110 §8.8.3.2).
  public func matchesStrongly(_ other: EntityTag) -> Bool {
    !isWeak && !other.isWeak && opaque == other.opaque
  }

  /// Compares for `If-None-Match`: the meaning is the same (RFC 9110 §8.8.3.2).
  public func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }

  /// The tags of a list, which may hold commas themselves, up to the first that is malformed.
  static func list(_ text: String) -> [EntityTag] {
    var tags: [EntityTag] = []
    var rest = text.utf8[...]
    while true {
      rest = rest.drop { $0.isBlank || $0 == .comma }
      let isWeak = rest.starts(with: "W/".utf8)
      if isWeak { rest = rest.dropFirst(2) }
      guard rest.popFirst() == .quote else { return tags }
      let opaque = rest.prefix(while: isTagCharacter)
      rest = rest[opaque.endIndex...]
      guard rest.popFirst() == .quote else { return tags }
      tags.append(EntityTag(String(Substring(opaque)), isWeak: isWeak))
      rest = rest.drop(while: \.isBlank)
      guard rest.first ?? .comma == .comma else { return tags }
    }
  }

  /// `etagc`: visible characters but the quote, and `obs-text`.
  private static func isTagCharacter(_ byte: UInt8) -> Bool {
    byte > .space && byte != .quote && byte != 0x7f
  }
}
