/// What a message is known by when it comes again: a hash of its target and its body.
///
/// The same `id` from the same sender with another digest is another message, and refused. A collision
/// would make a sender's changed message count as a repetition, and harm nobody else: so a
/// ``BlockHash`` is enough.
public enum MessageDigest {
  /// The digest of a message that is put together by other means than a ``Request``.
  ///
  /// - Parameters:
  ///   - to: The target's id.
  ///   - form: Text is another body as a JSON string than as plain characters.
  ///   - body: As it was sent.
  ///   - mime: Unescaped; empty for none.
  ///   - name: Unescaped; empty for none.
  ///   - key: The same as long as digests are kept.
  public static func of(
    to: Span<UInt8>,
    _ form: BodyForm,
    _ body: Span<UInt8>,
    mime: Span<UInt8> = Span(),
    name: Span<UInt8> = Span(),
    key: SipHash.Key
  ) -> UInt128 {
    var hash = BlockHash(key)
    // All lengths come first, so that no two messages are the same row of bytes. Each fits: a name has
    // 64 bytes at most, the labels 127 and 255.
    let lengths =
      UInt64(form.rawValue) | UInt64(to.count) << 8 | UInt64(mime.count) << 16
      | UInt64(name.count) << 32
    hash.combine(lengths, UInt64(body.count))
    hash.combine(to)
    hash.combine(mime)
    hash.combine(name)
    hash.combine(body)
    return hash.value
  }
}

extension Request.Send {
  /// What the message is known by when it comes again.
  ///
  /// - Parameters:
  ///   - frame: The bytes that the request was read from.
  ///   - key: The same as long as digests are kept.
  public func digest(in frame: Span<UInt8>, key: SipHash.Key) -> UInt128 {
    to.withBytes(in: frame) { to in
      switch body {
      case .text(let text):
        return MessageDigest.of(to: to, .text, frame.extracting(text.token), key: key)
      case .data(let data):
        return MessageDigest.of(to: to, .data, frame.extracting(data), key: key)
      case .binary(let binary):
        let mime = binary.mime?.unescaped(in: frame) ?? []
        let name = binary.name?.unescaped(in: frame) ?? []
        return MessageDigest.of(
          to: to,
          .binary,
          frame.extracting(binary.payload),
          mime: mime.span,
          name: name.span,
          key: key
        )
      }
    }
  }
}
