import TestSupport
import Testing
import WebSocketProtocol

/// All that a reader says about some bytes.
struct MessageTranscript: Equatable {
  var events: [MessageRecorder.Event] = []
  var error: ProtocolError?
  /// Whether memory is held for something incomplete.
  var holdsBytes = false

  /// Feeds `input` in the parts between the `cuts`, as a connection does: not after an error, and
  /// not when no more is wanted.
  init(
    _ input: [UInt8],
    cuts: [Int] = [],
    from peer: Role = .client,
    limits: Limits = Limits(),
    deflate parameters: DeflateParameters? = nil,
    wanted: Int = .max
  ) {
    let deflate = parameters.map { PermessageDeflate($0, pool: DeflatePool()) }
    var reader = MessageReader(from: peer)
    let recorder = MessageRecorder(wanted: wanted)
    var start = 0
    for end in cuts + [input.count] where error == nil && recorder.wantsMore {
      var part = Array(input[start..<end])
      var bytes = part.mutableSpan
      do throws(ProtocolError) {
        try reader.receive(&bytes, limits: limits, inflatingBy: deflate, into: recorder)
      } catch {
        self.error = error
      }
      start = end
    }
    events = recorder.events
    holdsBytes = reader.heldBytes > 0
  }
}

/// The transcript of `input`, which must be the same in one part, byte by byte and in all splits
/// into two (of a long one those near its ends).
func transcript(
  _ input: [UInt8],
  from peer: Role = .client,
  limits: Limits = Limits(),
  deflate: DeflateParameters? = nil,
  wanted: Int = .max,
  sourceLocation: SourceLocation = #_sourceLocation
) -> MessageTranscript {
  func read(_ cuts: [Int]) -> MessageTranscript {
    MessageTranscript(
      input,
      cuts: cuts,
      from: peer,
      limits: limits,
      deflate: deflate,
      wanted: wanted
    )
  }
  let whole = read([])
  expectSame(read(Array(input.indices.dropFirst())), whole, "byte by byte", sourceLocation)
  for cut in input.indices where input.count < 512 || min(cut, input.count - cut) < 16 {
    expectSame(read([cut]), whole, "cut at \(cut)", sourceLocation)
  }
  return whole
}

private func expectSame(
  _ split: MessageTranscript,
  _ whole: MessageTranscript,
  _ comment: Comment,
  _ sourceLocation: SourceLocation
) {
  #expect(split.events == whole.events, comment, sourceLocation: sourceLocation)
  #expect(split.error == whole.error, comment, sourceLocation: sourceLocation)
}

/// Expects these events and no error, in any split.
func expect(
  _ input: [UInt8],
  from peer: Role = .client,
  limits: Limits = Limits(),
  deflate: DeflateParameters? = nil,
  yields events: [MessageRecorder.Event],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let result = transcript(
    input,
    from: peer,
    limits: limits,
    deflate: deflate,
    sourceLocation: sourceLocation
  )
  #expect(result.events == events, sourceLocation: sourceLocation)
  #expect(result.error == nil, sourceLocation: sourceLocation)
}

/// Expects the error right with the last byte of `input`, after these events, in any split.
func expect(
  _ input: [UInt8],
  from peer: Role = .client,
  limits: Limits = Limits(),
  deflate: DeflateParameters? = nil,
  failsWith error: ProtocolError,
  after events: [MessageRecorder.Event] = [],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let result = transcript(
    input,
    from: peer,
    limits: limits,
    deflate: deflate,
    sourceLocation: sourceLocation
  )
  #expect(result.events == events, sourceLocation: sourceLocation)
  #expect(result.error == error, sourceLocation: sourceLocation)
  let early = MessageTranscript(
    Array(input.dropLast()),
    from: peer,
    limits: limits,
    deflate: deflate
  )
  #expect(early.error == nil, "before the last byte", sourceLocation: sourceLocation)
}
