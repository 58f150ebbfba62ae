import WebSocketProtocol

/// The bytes of one connection before it is a WebSocket: requests, their bodies, upgrades.
///
/// However they are cut, the same requests come out, the same bodies, and the same error.
enum HTTPTarget {
  /// What the parser has found; parts of a body that follow each other are one.
  enum Event: Equatable {
    case head(HTTPRequest)
    case body([UInt8])
    case end
    case failed(HTTPError)
    /// The connection changes protocol; so many bytes were the request's.
    case upgraded(after: Int)
    /// All bytes are taken.
    case waiting(isIdle: Bool)
  }

  @Sendable static func check(_ input: [UInt8]) throws(Finding) {
    var narrow = HTTPLimits()
    (narrow.headerBytes, narrow.targetBytes, narrow.bodyBytes) = (128, 32, 24)
    narrow.chunkExtensionBytes = 8
    for limits in [HTTPLimits(), narrow] {
      var expected: [Event]?
      for pieces in Splits.all(of: input) {
        let events = try parse(pieces, limits: limits)
        let first = expected ?? events
        try require(
          events == first,
          "in pieces of \(pieces.map(\.count)): \(events), but whole: \(first)"
        )
        expected = first
      }
      for case .head(let request) in expected ?? [] { try RequestProperties.check(request) }
      try require(expected.map(Self.heads) ?? 0 <= input.count / 14 + 1, "requests out of nothing")
    }
    try RequestProperties.checkTarget(String(decoding: input, as: UTF8.self))
  }

  /// Feeds a parser, as `HTTPConnection` does.
  private static func parse(
    _ pieces: [[UInt8]],
    limits: HTTPLimits
  ) throws(Finding) -> [Event] {
    var parser = HTTPRequestParser(limits: limits)
    var events: [Event] = []
    var fed = 0
    var bodyBytes = 0
    for piece in pieces {
      var offset = 0
      // Each byte can lead to two events at most: the end of a request, and a head.
      for _ in 0...2 * piece.count + 2 {
        let start = offset
        let event: HTTPRequestParser.Event?
        do throws(HTTPError) {
          event = try parser.next(piece.span, offset: &offset)
        } catch {
          try checkFailure(&parser, error)
          return events + [.failed(error)]
        }
        try require(start <= offset && offset <= piece.count, "offset \(offset) of \(piece.count)")
        guard let event else { break }
        switch event {
        case .head(let request):
          bodyBytes = 0
          events.append(.head(request))
          if Handshake.isUpgrade(request) { return events + [.upgraded(after: fed + offset)] }
        case .body(let range):
          try require(start <= range.lowerBound && range.upperBound == offset, "body \(range)")
          bodyBytes += range.count
          append(piece[range], to: &events)
        case .end:
          events.append(.end)
        }
        try require(bodyBytes <= limits.bodyBytes, "a body of \(bodyBytes) bytes")
      }
      try require(offset == piece.count, "\(piece.count - offset) bytes were left")
      fed += piece.count
    }
    return events + [.waiting(isIdle: parser.isIdle)]
  }

  private static func append(_ part: ArraySlice<UInt8>, to events: inout [Event]) {
    if case .body(let before) = events.last {
      events[events.count - 1] = .body(before + part)
    } else {
      events.append(.body(Array(part)))
    }
  }

  /// "The same one ever after", and an answer that can be sent.
  private static func checkFailure(
    _ parser: inout HTTPRequestParser,
    _ error: HTTPError
  ) throws(Finding) {
    let more = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    var offset = 0
    var again: HTTPError?
    do throws(HTTPError) { _ = try parser.next(more.span, offset: &offset) } catch { again = error }
    try require(again == error, "first \(error), then \(String(describing: again))")
    try require(400..<600 ~= error.response.status.code, "\(error) is answered with no error")
  }

  private static func heads(_ events: [Event]) -> Int {
    events.count { if case .head = $0 { true } else { false } }
  }
}
