/// A string of a JSON text that has been read: where it lies, and how to get at its characters.
///
/// It goes with the bytes that it was read from, which each call is given again: nothing is copied
/// until somebody wants it.
public struct JSONString: Hashable, Sendable {
  /// Where it lies, with its quotation marks: what can be passed on as it is.
  public let token: Range<Int>
  /// Whether it has escapes: else its characters lie in the text as they are.
  public let isEscaped: Bool

  /// Where its characters lie, between the quotation marks.
  public var content: Range<Int> { token.lowerBound + 1..<token.upperBound - 1 }

  /// Lends its characters as UTF-8: in place if it has no escapes.
  @inline(__always)
  func withBytes<R, E: Error>(
    in text: Span<UInt8>,
    _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    guard isEscaped else { return try body(text.extracting(content)) }
    return try body(unescaped(in: text).span)
  }

  /// A copy of its characters as UTF-8.
  public func unescaped(in text: Span<UInt8>) -> [UInt8] {
    guard isEscaped else { return [UInt8](copying: text.extracting(content)) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.count)
    forEachPart(in: text) { part in bytes.append(copying: part) }
    return bytes
  }

  /// How many bytes its characters take as UTF-8.
  public func utf8Count(in text: Span<UInt8>) -> Int {
    guard isEscaped else { return content.count }
    var count = 0
    forEachPart(in: text) { part in count += part.count }
    return count
  }

  /// Runs `body` with each run of plain characters and with what each escape stands for.
  func forEachPart(in text: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    let content = text.extracting(content)
    var start = 0
    while start < content.count {
      let end = content.nextStringMark(from: start)
      if end > start { body(content.extracting(start..<end)) }
      start = end
      guard start < content.count else { break }
      let (scalar, length) = JSONEscape.read(content, at: start)
      withUTF8(scalar, body)
      start += length
    }
  }

  /// The string that all of `token` is, with its quotation marks: one that has been read before, such
  /// as a body of the form ``BodyForm/text``.
  public init(all token: Span<UInt8>) {
    precondition(token.count >= 2, "a string has quotation marks")
    let end = token.count - 1
    self.init(0..<end + 1, isEscaped: token.nextStringMark(from: 1) < end)
  }

  /// The string that lies at `token`.
  init(_ token: Range<Int>, isEscaped: Bool) {
    self.token = token
    self.isEscaped = isEscaped
  }
}

/// Lends the UTF-8 of one character.
@inline(__always)
private func withUTF8(_ scalar: Unicode.Scalar, _ body: (Span<UInt8>) -> Void) {
  var bytes = InlineArray<4, UInt8>(repeating: 0)
  var count = 0
  for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
    bytes[count] = byte
    count += 1
  }
  body(bytes.span.extracting(0..<count))
}
