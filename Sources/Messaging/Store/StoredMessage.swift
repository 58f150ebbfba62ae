/// A message as it is kept, in the log of its sender and in that of its recipient.
public struct StoredMessage: Equatable, Sendable {
  /// Its number in both logs.
  public var seq: UInt64
  /// When it was accepted, ms since 1970.
  public var at: UInt64
  /// Who sent it.
  public var from: ClientID
  /// To whom.
  public var to: ClientID
  /// The sender's id for it, 1 to 64 bytes; begins with `~` if the server has chosen it.
  public var id: [UInt8]
  /// How `body` is held.
  public var form: BodyForm
  /// The media type of a binary message, unescaped; empty for none.
  public var mime: [UInt8]
  /// The file name of a binary message, unescaped; empty for none.
  public var name: [UInt8]
  /// What was sent; a large one may share its memory with others.
  public var body: ArraySlice<UInt8>

  /// Puts one together: see the properties.
  public init(
    seq: UInt64,
    at: UInt64,
    from: ClientID,
    to: ClientID,
    id: [UInt8],
    form: BodyForm,
    mime: [UInt8] = [],
    name: [UInt8] = [],
    body: ArraySlice<UInt8>
  ) {
    self.seq = seq
    self.at = at
    self.from = from
    self.to = to
    self.id = id
    self.form = form
    self.mime = mime
    self.name = name
    self.body = body
  }

  /// What it counts for where there is a bound: its body, and about what the rest takes.
  public var storedBytes: Int { Self.storedBytes(body.count) }

  /// What a message with a body of so many bytes counts for.
  static func storedBytes(_ count: Int) -> Int { count + 128 }
}

/// What a message is found by: a hash of its sender and its id.
///
/// 128 bits of SipHash with a secret: nobody can find two that are the same.
public struct MessageKey: Hashable, Sendable {
  /// The hash.
  public let rawValue: UInt128

  /// Wraps a hash.
  public init(rawValue: UInt128) { self.rawValue = rawValue }

  /// The key of the message `id` of `sender`.
  @inline(__always)
  public init(_ sender: Span<UInt8>, _ id: Span<UInt8>, key: SipHash.Key) {
    var hash = SipHash(key)
    // A name is never empty, and its length comes first: no two pairs are the same row of bytes.
    hash.combine(UInt64(sender.count))
    hash.combine(sender)
    hash.combine(id)
    rawValue = hash.finish()
  }
}
