/// The first line of a request (RFC 9112 §3).
struct RequestLine {
  var method: String
  var target: RequestTarget
  var version: HTTPVersion
}

/// Reads a request line in any split, and fails at the first byte that cannot be part of one.
///
///     method SP target SP HTTP/1.1 CR LF
struct RequestLineParser {
  private enum State {
    case start, emptyLineEnd
    case method, target, version
    case lineEnd(HTTPVersion)
  }

  // The longest method in IANA's registry, UPDATEREDIRECTREF, has 17 bytes.
  private static let methodBytes = 32
  private static let versionBytes = 8
  private static let maxEmptyLines = 4

  private var state = State.start
  private var emptyLines = 0
  private var token = TokenBuffer()
  private var method = ""
  private var target = ""

  /// Whether no byte of a request line has come yet.
  var isAtStart: Bool {
    if case .start = state { true } else { false }
  }

  /// Takes bytes from `offset` on; nil means that the line is not complete.
  mutating func next(
    _ bytes: Span<UInt8>,
    offset: inout Int,
    limits: HTTPLimits
  ) throws(HTTPError) -> RequestLine? {
    while offset < bytes.count {
      switch state {
      case .start:
        guard bytes[offset] == .carriageReturn else {
          state = .method
          continue
        }
        // RFC 9112 §2.2: an empty line before the request line SHOULD be ignored.
        guard emptyLines < Self.maxEmptyLines else { throw .malformedRequestLine }
        emptyLines += 1
        offset += 1
        state = .emptyLineEnd
      case .emptyLineEnd:
        try bytes.expectLineFeed(&offset)
        state = .start
      case .method:
        let end = bytes.endOfRun(from: offset, where: \.isTokenCharacter)
        let part = bytes.extracting(offset..<end)
        guard token.count + part.count <= Self.methodBytes else { throw .methodTooLong }
        offset = end
        guard end < bytes.count else { return keep(part) }
        method = token.finish(part)
        guard bytes[end] == .space, !method.isEmpty else {
          throw HTTPError.unexpected(bytes[end], or: .invalidMethod)
        }
        offset += 1
        state = .target
      case .target:
        let end = bytes.endOfRun(from: offset, where: \.isTargetCharacter)
        let part = bytes.extracting(offset..<end)
        guard token.count + part.count <= limits.targetBytes else {
          throw .targetTooLong(limit: limits.targetBytes)
        }
        offset = end
        guard end < bytes.count else { return keep(part) }
        target = token.finish(part)
        guard bytes[end] == .space, !target.isEmpty else {
          throw targetError(at: bytes[end])
        }
        offset += 1
        state = .version
      case .version:
        let end = bytes.endOfRun(from: offset, where: \.isTargetCharacter)
        let part = bytes.extracting(offset..<end)
        guard token.count + part.count <= Self.versionBytes else { throw .malformedRequestLine }
        offset = end
        guard end < bytes.count else { return keep(part) }
        guard bytes[end] == .carriageReturn else {
          throw HTTPError.unexpected(bytes[end], or: .malformedRequestLine)
        }
        offset += 1
        state = .lineEnd(try HTTPVersion(parsing: token.finish(part)))
      case .lineEnd(let version):
        try bytes.expectLineFeed(&offset)
        return RequestLine(method: method, target: try RequestTarget(target), version: version)
      }
    }
    return nil
  }

  /// Keeps the part of an element whose end has not come yet.
  private mutating func keep(_ part: Span<UInt8>) -> RequestLine? {
    token.append(part)
    return nil
  }

  private func targetError(at byte: UInt8) -> HTTPError {
    switch byte {
    case .space, .carriageReturn: .malformedRequestLine
    default: .unexpected(byte, or: .invalidTarget)
    }
  }
}

extension HTTPError {
  /// The error for a byte that ends an element too early; a lone LF has a sentence of its own.
  static func unexpected(_ byte: UInt8, or other: HTTPError) -> HTTPError {
    byte == .lineFeed ? .bareLineFeed : other
  }
}

extension Span<UInt8> {
  /// Takes the LF that must follow a CR (RFC 9112 §2.2).
  func expectLineFeed(_ offset: inout Int) throws(HTTPError) {
    guard self[offset] == .lineFeed else { throw .bareCarriageReturn }
    offset += 1
  }
}
