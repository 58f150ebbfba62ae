/// Reads a request line and the header fields after it, within the limit for both together.
struct HeadParser {
  private var lineParser = RequestLineParser()
  private var line: RequestLine?
  private var fieldParser = FieldSectionParser()
  private var byteCount = 0

  /// Whether nothing has come yet, empty lines aside.
  var isAtStart: Bool { line == nil && lineParser.isAtStart }

  /// Takes bytes from `offset` on; nil means that the head is not complete.
  mutating func next(
    _ bytes: Span<UInt8>,
    offset: inout Int,
    limits: HTTPLimits
  ) throws(HTTPError) -> HTTPRequest? {
    let start = offset
    let window = bytes.window(from: start, length: limits.headerBytes - byteCount)
    if line == nil {
      line = try lineParser.next(window, offset: &offset, limits: limits)
    }
    if let line, try fieldParser.next(window, offset: &offset) {
      return try HTTPRequest(line: line, fields: fieldParser.fields, limits: limits)
    }
    guard window.count == bytes.count else { throw .headerTooLarge(limit: limits.headerBytes) }
    byteCount += offset - start
    return nil
  }
}
