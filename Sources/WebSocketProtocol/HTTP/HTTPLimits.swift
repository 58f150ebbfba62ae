/// How much of a request the parser takes before it refuses (RFC 9112 §2.5 leaves the sizes open).
public struct HTTPLimits: Sendable, Equatable {
  /// Request line, fields and the empty line after them; the trailers of a chunked body apart.
  public var headerBytes = 16 * 1024
  /// The request target alone (RFC 9112 §3 wants at least 8,000).
  public var targetBytes = 8 * 1024
  /// The body after chunked decoding.
  public var bodyBytes = 1024 * 1024
  /// All chunk extensions of one body together (RFC 9112 §7.1.1 asks for such a limit).
  public var chunkExtensionBytes = 1024

  /// The limits that the properties above state.
  public init() {}
}
