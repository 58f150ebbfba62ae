/// A version that is understood here: HTTP/1.0 or HTTP/1.1 (RFC 9112 §2.3).
public struct HTTPVersion: Sendable, Equatable {
  /// The digit after the point: 0 or 1.
  public let minor: Int

  /// HTTP/1.0 (RFC 1945).
  public static let http10 = HTTPVersion(minor: 0)
  /// HTTP/1.1 (RFC 9112).
  public static let http11 = HTTPVersion(minor: 1)

  /// Reads the `HTTP-version` of a request line.
  ///
  /// - Throws: `unsupportedVersion` for a version of another number, else `malformedRequestLine`.
  init(parsing text: String) throws(HTTPError) {
    let bytes = text.utf8.span
    guard bytes.count == 8, text.hasPrefix("HTTP/"), bytes[6] == UInt8(ascii: "."),
      let major = bytes[5].decimalValue, let minor = bytes[7].decimalValue
    else { throw .malformedRequestLine }
    guard major == 1, minor <= 1 else { throw .unsupportedVersion }
    self.init(minor: minor)
  }

  private init(minor: Int) {
    self.minor = minor
  }
}
