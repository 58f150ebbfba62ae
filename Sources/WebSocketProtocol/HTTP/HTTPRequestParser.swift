/// Reads the requests of one connection, pipelined ones too, as their bytes come (RFC 9112).
///
/// Each request is a head, parts of its body, and an end. Of a head that has not come whole its
/// complete fields and the bytes of one more are kept; after the head nothing is.
public struct HTTPRequestParser: Sendable {
  /// A step through a request.
  public enum Event: Sendable, Equatable {
    /// Request line and fields. `body` and `end` follow, unless the connection changes protocol.
    case head(HTTPRequest)
    /// A part of the decoded body: where it lies in the bytes that were given.
    case body(Range<Int>)
    /// The request is complete.
    case end
  }

  private enum Phase {
    case head(HeadParser)
    case body(remaining: Int)
    case chunks(ChunkedDecoder)
    case failed(HTTPError)
  }

  private let limits: HTTPLimits
  private var phase = Phase.head(HeadParser())

  /// Waits for a first request.
  public init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
  }

  /// Whether the parser is between requests and has received nothing of a next one, empty lines
  /// aside.
  public var isIdle: Bool {
    if case .head(let head) = phase { head.isAtStart } else { false }
  }

  /// Takes bytes from `offset` on, in any split, and moves `offset` past what it took.
  ///
  /// Call it until it returns nil: then all bytes are taken, and more are needed. After the head
  /// of an upgrade stop calling: what lies behind `offset` belongs to the other protocol.
  ///
  /// - Throws: `HTTPError`, and the same one ever after. The client is then owed `error.response`
  ///   and the end of the connection.
  public mutating func next(
    _ bytes: Span<UInt8>,
    offset: inout Int
  ) throws(HTTPError) -> Event? {
    do throws(HTTPError) {
      return try step(bytes, offset: &offset)
    } catch {
      phase = .failed(error)
      throw error
    }
  }

  private mutating func step(
    _ bytes: Span<UInt8>,
    offset: inout Int
  ) throws(HTTPError) -> Event? {
    switch phase {
    case .head(var parser):
      // `phase` lets go of the parser while it works: two owners would make it copy its buffers.
      phase = .body(remaining: 0)
      guard let request = try parser.next(bytes, offset: &offset, limits: limits) else {
        phase = .head(parser)
        return nil
      }
      startBody(request.body)
      return .head(request)
    case .body(remaining: 0):
      return finish()
    case .body(let remaining):
      let part = offset..<offset + min(remaining, bytes.count - offset)
      phase = .body(remaining: remaining - part.count)
      offset = part.upperBound
      return part.isEmpty ? nil : .body(part)
    case .chunks(var decoder):
      phase = .body(remaining: 0)
      let event = try decoder.next(bytes, offset: &offset)
      phase = .chunks(decoder)
      return switch event {
      case .data(let part): .body(part)
      case .end: finish()
      case nil: nil
      }
    case .failed(let error):
      throw error
    }
  }

  private mutating func startBody(_ body: HTTPRequest.Body) {
    phase =
      switch body {
      case .none: .body(remaining: 0)
      case .length(let length): .body(remaining: length)
      case .chunked: .chunks(ChunkedDecoder(limits: limits))
      }
  }

  private mutating func finish() -> Event {
    phase = .head(HeadParser())
    return .end
  }
}
