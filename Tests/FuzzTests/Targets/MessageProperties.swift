@testable import Messaging

/// What must be true of the reading of any message of a `sotto.v1` client.
enum MessageProperties {
  private static let key = SipHash.Key(low: 1, high: 2)

  /// Reads a message.
  ///
  /// - Returns: why it is refused; `nil` if it is taken.
  static func check(_ frame: [UInt8], _ form: MessageForm) throws(Finding) -> RequestError? {
    // Once alone, and once with bytes before it that are not its own, and none behind it.
    let padded = Array(repeating: UInt8(ascii: "\""), count: 9) + frame
    let other = read(padded.span.extracting(9..<padded.count), form)
    switch read(frame.span, form) {
    case .failure(let refusal):
      try require(other == .failure(refusal), "\(refusal), then \(other)")
      try checkReference(refusal.reference, frame)
      try checkAnswer(refusal, frame)
      return refusal.error
    case .success(let request):
      try require(other == .success(request), "\(request), then \(other)")
      try checkReference(request.reference, frame)
      try checkMeaning(request, frame, form)
      return nil
    }
  }

  private static func read(_ frame: Span<UInt8>, _ form: MessageForm) -> Result<Request, Refusal> {
    do throws(Refusal) {
      return .success(try Request(frame, form))
    } catch {
      return .failure(error)
    }
  }

  /// Written anew it means the same, and is known as the same message.
  private static func checkMeaning(
    _ request: Request,
    _ frame: [UInt8],
    _ form: MessageForm
  ) throws(Finding) {
    let meaning = try RequestMeaning(request, in: frame)
    let written = meaning.written()
    guard case .success(let again) = read(written.span, form) else {
      throw Finding("refused when written anew: \(String(decoding: written, as: UTF8.self))")
    }
    let second = try RequestMeaning(again, in: written)
    try require(second == meaning, "\(meaning) became \(second)")
    guard case .send(let send) = request.action, case .send(let other) = again.action else {
      return
    }
    // Text is known by the way it was written.
    if case .text(let text) = send.body, text.isEscaped { return }
    try require(
      send.digest(in: frame.span, key: key) == other.digest(in: written.span, key: key),
      "another digest"
    )
  }

  /// What an answer names lies within the message and can be sent back.
  private static func checkReference(
    _ reference: Reference,
    _ frame: [UInt8]
  ) throws(Finding) {
    if let id = reference.id {
      let bytes = try characters(id, in: frame)
      try require(1...64 ~= bytes.count, "an id of \(bytes.count) bytes")
    }
    if let ref = reference.ref {
      try checkRange(ref, in: frame)
      try require(1...2 + 6 * 64 ~= ref.count, "a ref of \(ref.count) bytes")
    }
  }

  /// The answer to a refusal is JSON itself.
  private static func checkAnswer(_ refusal: Refusal, _ frame: [UInt8]) throws(Finding) {
    let buffer = ReplyBuffer()
    buffer.error(refusal, in: frame.span)
    let verdict = JSONModel.judge(buffer.bytes)
    try require(verdict == .fine, "the answer is \(verdict): \(buffer.bytes)")
  }

  /// What stands for a string, by the two ways to get at it.
  static func characters(_ string: JSONString, in frame: [UInt8]) throws(Finding) -> [UInt8] {
    try checkRange(string.token, in: frame)
    try require(
      string.token.count >= 2 && frame[string.token.lowerBound] == UInt8(ascii: "\"")
        && frame[string.token.upperBound - 1] == UInt8(ascii: "\""),
      "\(string) has no quotation marks"
    )
    let copy = string.unescaped(in: frame.span)
    let buffer = ReplyBuffer()
    buffer.appendUnescaped(string, in: frame.span)
    try require(buffer.bytes == copy, "\(buffer.bytes) is not \(copy)")
    try require(string.utf8Count(in: frame.span) == copy.count, "another length")
    return copy
  }

  /// A range lies within the message.
  static func checkRange(_ range: Range<Int>, in frame: [UInt8]) throws(Finding) {
    try require(
      range.lowerBound >= 0 && range.upperBound <= frame.count,
      "\(range) of \(frame.count)"
    )
  }
}
