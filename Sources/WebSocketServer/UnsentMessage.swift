public import WebSocketProtocol

/// A message that the server accepted for a socket and that the kernel had not taken whole at its end.
public struct UnsentMessage: Equatable, Sendable {
  /// Text or binary.
  public let kind: MessageKind
  /// The payload as it would have been sent, up to where `second` begins; may share memory with others.
  public let first: ArraySlice<UInt8>
  /// The end of the payload, if it is large: the memory that it was received in; mostly empty.
  public let second: ArraySlice<UInt8>
}

extension [UnsentMessage] {
  /// Adds the messages of a chunk that do not end within the first `taken` bytes of what is sent.
  mutating func append(from chunk: WriteQueue.Chunk, taken: Int) {
    var taken = taken
    if let compressed = chunk.compressed {
      // A frame became a frame: as many as were sent whole are not unsent.
      let number = FrameHeader.wholeFrames(compressed.span, sent: taken)
      taken = FrameHeader.startOfFrame(chunk.bytes.span, number: number)
    }
    append(from: chunk.bytes, tail: chunk.tail, taken: taken)
  }

  /// Adds the messages among `frames`, unmasked and whole but for the last one's `tail`, that do not end
  /// within the first `taken` bytes.
  mutating func append(from frames: [UInt8], tail: ArraySlice<UInt8> = [], taken: Int) {
    var offset = 0
    while let (payload, opcode) = FrameHeader.unmaskedFrame(frames.span, at: offset) {
      offset = payload.upperBound
      guard offset > taken, let kind = opcode.messageKind else { continue }
      let part = frames[payload.lowerBound..<Swift.min(offset, frames.count)]
      // Whoever keeps a small part would keep all of the frames with it.
      let first = part.count < frames.count / 4 ? [UInt8](part)[...] : part
      let second = offset > frames.count ? tail : []
      append(UnsentMessage(kind: kind, first: first, second: second))
    }
  }
}

extension FrameHeader {
  /// The frame of ours that begins at `offset`: where its payload is, and what it carries.
  static func unmaskedFrame(
    _ frames: Span<UInt8>,
    at offset: Int
  ) -> (payload: Range<Int>, opcode: Opcode)? {
    guard offset < frames.count,
      let header = try? FrameHeader(
        frames,
        at: offset,
        from: .server,
        room: .max,
        compressedRoom: .max
      )
    else { return nil }
    let start = offset + header.count
    return (start..<start + header.payloadCount, header.opcode)
  }

  /// Where the frame begins of which byte `sent` is the next to be sent.
  static func startOfFrame(_ frames: Span<UInt8>, sent: Int) -> Int {
    var start = 0
    while let (payload, _) = unmaskedFrame(frames, at: start), payload.upperBound <= sent {
      start = payload.upperBound
    }
    return start
  }

  /// How many frames end within the first `sent` bytes.
  static func wholeFrames(_ frames: Span<UInt8>, sent: Int) -> Int {
    var (end, number) = (0, 0)
    while let (payload, _) = unmaskedFrame(frames, at: end), payload.upperBound <= sent {
      end = payload.upperBound
      number += 1
    }
    return number
  }

  /// Where the frame begins that has `number` others before it.
  static func startOfFrame(_ frames: Span<UInt8>, number: Int) -> Int {
    var start = 0
    for _ in 0..<number { start = unmaskedFrame(frames, at: start)?.payload.upperBound ?? start }
    return start
  }
}

extension Opcode {
  fileprivate var messageKind: MessageKind? {
    switch self {
    case .text: .text
    case .binary: .binary
    default: nil
    }
  }
}
