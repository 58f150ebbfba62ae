import Testing
import WebSocketProtocol

/// All that a parser says about some bytes, with the parts of a body put together.
struct HTTPTranscript: Equatable {
  enum Step: Equatable {
    case head(HTTPRequest)
    case body([UInt8])
    case end
  }

  var steps: [Step] = []
  var error: HTTPError?
  var isIdle = false

  var heads: [HTTPRequest] {
    steps.compactMap { if case .head(let head) = $0 { head } else { nil } }
  }
  var bodies: [String] {
    steps.compactMap { step in
      if case .body(let bytes) = step { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
  }

  /// Feeds `input` in the parts that lie between the `cuts`.
  init(_ input: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits()) {
    var parser = HTTPRequestParser(limits: limits)
    var start = 0
    for end in cuts + [input.count] where error == nil {
      feed(Array(input[start..<end]), to: &parser)
      start = end
    }
    isIdle = parser.isIdle
  }

  private mutating func feed(_ part: [UInt8], to parser: inout HTTPRequestParser) {
    var offset = 0
    do throws(HTTPError) {
      while let event = try parser.next(part.span, offset: &offset) {
        switch event {
        case .head(let request): steps.append(.head(request))
        case .body(let range): append(part[range])
        case .end: steps.append(.end)
        }
      }
      #expect(offset == part.count, "nil means that all bytes are taken")
    } catch {
      self.error = error
    }
  }

  private mutating func append(_ part: ArraySlice<UInt8>) {
    if case .body(let bytes) = steps.last {
      steps[steps.count - 1] = .body(bytes + part)
    } else {
      steps.append(.body(Array(part)))
    }
  }
}

/// The transcript of `input`, which must be the same in one part, byte by byte and in all splits
/// into two (of a long one those near its ends).
func transcript(
  _ input: String,
  limits: HTTPLimits = HTTPLimits(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> HTTPTranscript {
  transcript(Array(input.utf8), limits: limits, sourceLocation: sourceLocation)
}

func transcript(
  _ input: [UInt8],
  limits: HTTPLimits = HTTPLimits(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> HTTPTranscript {
  let whole = HTTPTranscript(input, limits: limits)
  let single = HTTPTranscript(input, cuts: Array(input.indices.dropFirst()), limits: limits)
  #expect(single == whole, "byte by byte", sourceLocation: sourceLocation)
  for cut in input.indices where input.count < 1024 || min(cut, input.count - cut) < 8 {
    let split = HTTPTranscript(input, cuts: [cut], limits: limits)
    #expect(split == whole, "cut at \(cut)", sourceLocation: sourceLocation)
  }
  return whole
}

/// Expects one request without a body, and gives it.
func request(
  _ input: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> HTTPRequest {
  let result = transcript(input, sourceLocation: sourceLocation)
  #expect(result.error == nil, sourceLocation: sourceLocation)
  return try #require(result.heads.first, sourceLocation: sourceLocation)
}

/// A head as a browser of today sends it: GET with these fields beside `Host`.
func get(_ fields: HTTPFields, method: String = "GET") throws -> HTTPRequest {
  var all: HTTPFields = ["Host": "localhost"]
  for (name, value) in fields { all.append(name, value) }
  return HTTPRequest(method: method, target: try RequestTarget("/"), fields: all)
}
