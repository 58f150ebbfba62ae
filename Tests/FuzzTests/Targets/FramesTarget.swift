import WebSocketProtocol

/// The bytes of one direction of a WebSocket; the first byte is ``FramesOptions``.
///
/// However they are cut, the reader finds what ``FramesModel`` finds in the whole, and holds no more
/// than has arrived. The model cannot inflate: where compression was agreed, it is what the reader
/// finds in the whole that counts.
enum FramesTarget {
  /// What a reader finds.
  enum Event: Equatable {
    case message(MessageKind, [UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(CloseCode?, [UInt8])
    case failed(CloseCode)
  }

  @Sendable static func check(_ input: [UInt8]) throws(Finding) {
    guard let first = input.first else { return }
    let options = FramesOptions(first)
    let bytes = Array(input.dropFirst())
    let splits = Splits.all(of: bytes)
    if options.deflate != nil {
      return try checkSplits(splits, options, model: nil)
    }
    try checkSplits(splits, options, model: FramesModel(bytes, options))
  }

  private static func checkSplits(
    _ splits: [[[UInt8]]],
    _ options: FramesOptions,
    model: FramesModel?
  ) throws(Finding) {
    let isWhole = model?.isAtEndOfMessage ?? false
    let (whole, error) = try read(splits[0], options, isWhole: isWhole)
    if let model {
      try require(whole == model.events, "\(whole), but it is \(model.events)")
    }
    for pieces in splits.dropFirst() {
      let (events, failure) = try read(pieces, options, isWhole: isWhole)
      try require(
        events == whole && failure == error,
        "in pieces of \(pieces.map(\.count)): \(events) \(String(describing: failure)), "
          + "but whole: \(whole) \(String(describing: error))"
      )
    }
    for case .message(_, let payload) in whole {
      try require(payload.count <= options.limits.messageBytes, "\(payload.count) bytes")
    }
    try checkWriting(whole)
  }

  private static func read(
    _ pieces: [[UInt8]],
    _ options: FramesOptions,
    isWhole: Bool
  ) throws(Finding) -> ([Event], ProtocolError?) {
    var reader = MessageReader(from: options.peer)
    let recorder = Recorder(wanted: options.wanted)
    let deflate = options.deflate.map { PermessageDeflate($0, pool: DeflatePool()) }
    var fed = 0
    for piece in pieces where recorder.wantsMore {
      var piece = piece
      fed += piece.count
      do throws(ProtocolError) {
        var bytes = piece.mutableSpan
        try reader.receive(
          &bytes,
          limits: options.limits,
          inflatingBy: deflate,
          into: recorder
        )
      } catch {
        try require(error.reason.utf8.count <= 32, "a long reason")
        return (recorder.events + [.failed(error.closeCode)], error)
      }
      // Arrays double, and start with a few bytes; what a header declares costs nothing.
      // What is inflated is bounded by the limit alone.
      let arrived = deflate == nil ? fed : .max
      let bound = 2 * min(arrived, options.limits.messageBytes) + 256
      try require(reader.heldBytes <= bound, "\(reader.heldBytes) bytes held after \(fed)")
    }
    if isWhole, recorder.wantsMore {
      try require(reader.heldBytes == 0, "\(reader.heldBytes) bytes held between messages")
    }
    return (recorder.events, nil)
  }

  /// What is written is read as it was.
  private static func checkWriting(_ events: [Event]) throws(Finding) {
    var wire: [UInt8] = []
    var messages: [Event] = []
    for case .message(let kind, let payload) in events {
      wire += FrameHeader.encode(kind.opcode, payloadCount: payload.count).bytes + payload
      messages.append(.message(kind, payload))
    }
    var reader = MessageReader(from: .server)
    let recorder = Recorder(wanted: .max)
    do throws(ProtocolError) {
      var bytes = wire.mutableSpan
      try reader.receive(&bytes, limits: Limits(), into: recorder)
    } catch {
      throw Finding("what was written fails: \(error)")
    }
    try require(recorder.events == messages, "wrote \(messages), read \(recorder.events)")
  }

  private final class Recorder: MessageHandler {
    private(set) var events: [Event] = []
    private let wanted: Int

    init(wanted: Int) { self.wanted = wanted }

    var wantsMore: Bool { events.count < wanted }

    func received(_ payload: Span<UInt8>, _ kind: MessageKind) {
      events.append(.message(kind, Self.copy(payload)))
    }

    func receivedPing(_ payload: Span<UInt8>) { events.append(.ping(Self.copy(payload))) }

    func receivedPong(_ payload: Span<UInt8>) { events.append(.pong(Self.copy(payload))) }

    func receivedClose(_ code: CloseCode?, reason: Span<UInt8>) {
      events.append(.close(code, Self.copy(reason)))
    }

    private static func copy(_ span: Span<UInt8>) -> [UInt8] {
      var bytes: [UInt8] = []
      bytes.append(copying: span)
      return bytes
    }
  }
}
