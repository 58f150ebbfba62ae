/// How the body of a message is held; the numbers may be stored.
public enum BodyForm: UInt8, Sendable, CaseIterable {
  /// Text from a client of `sotto.v1`: the JSON string as it was sent, with its quotation marks.
  case text = 1
  /// Text from a client of the plain protocol: its characters as UTF-8.
  case plainText = 2
  /// Any JSON, as it was sent.
  case data = 3
  /// Any bytes.
  case binary = 4

  /// Lends a body as a client of the plain protocol gets it.
  ///
  /// It lies in place, but for text with escapes.
  public func withPlainBytes<R>(of body: Span<UInt8>, _ use: (Span<UInt8>) -> R) -> R {
    guard self == .text else { return use(body) }
    return JSONString(all: body).withBytes(in: body, use)
  }

  /// What a body is to clients of the plain protocol.
  public var plainForm: MessageForm { self == .binary ? .binary : .text }
}
