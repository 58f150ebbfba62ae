/// Takes the chunks off a body (RFC 9112 §7.1), in any split.
///
///     size(hex) [";" extension] CR LF   size bytes   CR LF   …   "0" CR LF   trailers   CR LF
struct ChunkedDecoder {
  /// A part of the body, as indices into the given bytes, or its end.
  enum Event { case data(Range<Int>), end }

  private enum State {
    case sizeStart
    case size(Int, digits: Int)
    case blanks(size: Int)
    case chunkExtension(size: Int)
    case sizeLineEnd(size: Int)
    case data(remaining: Int)
    case dataEnd, dataLineEnd
    case trailers
  }

  // Enough for any 64-bit size; without a bound, zeros in front would be an endless chunk header.
  private static let maxSizeDigits = 16

  private let limits: HTTPLimits
  private var state = State.sizeStart
  private var bodyBytes = 0
  private var extensionBytes = 0
  private var trailerBytes = 0
  private var trailers = FieldSectionParser()

  /// Stands before the first chunk.
  init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// Takes bytes from `offset` on; nil means that more are needed.
  mutating func next(_ bytes: Span<UInt8>, offset: inout Int) throws(HTTPError) -> Event? {
    while offset < bytes.count {
      switch state {
      case .data(let remaining):
        let part = offset..<offset + min(remaining, bytes.count - offset)
        offset = part.upperBound
        state = part.count < remaining ? .data(remaining: remaining - part.count) : .dataEnd
        return .data(part)
      case .trailers:
        return try skipTrailers(bytes, offset: &offset) ? .end : nil
      default:
        state = try after(bytes[offset])
        offset += 1
      }
    }
    return nil
  }

  /// The state that one byte of the framing leads to.
  private mutating func after(_ byte: UInt8) throws(HTTPError) -> State {
    switch (state, byte) {
    case (.sizeStart, _):
      guard let digit = byte.hexadecimalValue else { throw .malformedChunk }
      return .size(try grow(0, by: digit), digits: 1)
    case (.size(let size, _), .carriageReturn), (.chunkExtension(let size), .carriageReturn):
      return .sizeLineEnd(size: size)
    case (.size(let size, _), UInt8(ascii: ";")), (.blanks(let size), UInt8(ascii: ";")):
      return .chunkExtension(size: size)
    case (.size(let size, _), _) where byte.isBlank, (.blanks(let size), _) where byte.isBlank:
      try countExtensionByte()
      return .blanks(size: size)
    case (.size(let size, let digits), _):
      guard let digit = byte.hexadecimalValue, digits < Self.maxSizeDigits else {
        throw .malformedChunk
      }
      return .size(try grow(size, by: digit), digits: digits + 1)
    case (.chunkExtension, _) where byte.isFieldCharacter:
      try countExtensionByte()
      return state
    case (.sizeLineEnd(let size), .lineFeed):
      bodyBytes += size
      return size == 0 ? .trailers : .data(remaining: size)
    case (.dataEnd, .carriageReturn):
      return .dataLineEnd
    case (.dataLineEnd, .lineFeed):
      return .sizeStart
    default:
      throw .malformedChunk
    }
  }

  /// Appends a digit to a size, which is compared before it can overflow.
  private func grow(_ size: Int, by digit: UInt8) throws(HTTPError) -> Int {
    let remaining = limits.bodyBytes - bodyBytes
    guard size <= remaining >> 4, size << 4 | Int(digit) <= remaining else {
      throw .bodyTooLarge(limit: limits.bodyBytes)
    }
    return size << 4 | Int(digit)
  }

  private mutating func countExtensionByte() throws(HTTPError) {
    guard extensionBytes < limits.chunkExtensionBytes else {
      throw .chunkExtensionsTooLarge(limit: limits.chunkExtensionBytes)
    }
    extensionBytes += 1
  }

  /// Reads trailers and drops them (RFC 9110 §6.5.1 allows it): nothing here asks for any.
  private mutating func skipTrailers(
    _ bytes: Span<UInt8>,
    offset: inout Int
  ) throws(HTTPError) -> Bool {
    let start = offset
    let window = bytes.window(from: start, length: limits.headerBytes - trailerBytes)
    if try trailers.next(window, offset: &offset) { return true }
    guard window.count == bytes.count else { throw .headerTooLarge(limit: limits.headerBytes) }
    trailerBytes += offset - start
    return false
  }
}
