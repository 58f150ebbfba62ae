/// What a ``MessageReader`` holds between two reads: a cut header, a cut frame, fragments, and what of
/// a compressed message has been inflated.
@usableFromInline final class PartialMessage {
  /// What the bytes taken so far amount to.
  enum Progress {
    /// All given bytes are taken, or a fragment is whole and the next one begins.
    case needsMore
    /// A control frame is whole: see ``takeControl()``.
    case control(Opcode)
    /// `payload` is whole.
    case message(MessageKind)
  }

  /// The message so far, unmasked and inflated.
  private(set) var payload: [UInt8] = []
  /// The control frame under way, which may stand between two fragments (RFC 6455 §5.4).
  private var control: [UInt8] = []

  /// The bytes of a cut header: 13 at most.
  private var cutHeader: [UInt8] = []
  private var frame: FrameHeader?
  /// Bytes of `frame`'s payload that have been taken.
  private var taken = 0
  /// Set from the first fragment of a message to its last.
  private var kind: MessageKind?
  private var text = UTF8Validator()
  /// Bytes on the wire of a compressed message; `nil` for any other.
  private var compressedBytes: Int?

  var isInMessage: Bool { kind != nil }

  /// Memory that is taken: room that nothing has been written to is none.
  var heldBytes: Int { payload.count + control.count + cutHeader.count }

  /// From here on malloc asks the system for each piece of memory by itself (glibc: 128 KiB), which
  /// gives a page of it when that is first written to.
  private static let reservingBytes = 128 * 1024

  /// The payload of the control frame that has just become whole.
  func takeControl() -> [UInt8] {
    defer { control = [] }
    return control
  }

  /// Takes bytes from `offset` on, up to the end of one frame at most, and of a compressed one a KiB.
  func take(
    _ bytes: inout MutableSpan<UInt8>,
    _ offset: inout Int,
    limits: Limits,
    from peer: Role,
    inflatingBy deflate: PermessageDeflate?
  ) throws(ProtocolError) -> Progress {
    if frame == nil {
      frame = try takeHeader(bytes.span, &offset, limits, peer, acceptsCompressed: deflate != nil)
    }
    guard let frame else { return .needsMore }
    var count = min(frame.payloadCount - taken, bytes.count - offset)
    // A KiB can become a MiB: the caller looks after each whether it wants more.
    if compressedBytes != nil { count = min(count, 1024) }
    if count > 0 {
      let range = offset..<offset + count
      if let key = frame.maskingKey?.advanced(by: taken) {
        Masking.apply(key, to: &bytes, in: range)
      }
      try append(bytes.span.extracting(range), of: frame, limits, deflate)
      offset += count
      taken += count
    }
    guard taken == frame.payloadCount else { return .needsMore }
    self.frame = nil
    taken = 0
    if frame.opcode.isControl { return .control(frame.opcode) }
    guard frame.isFinal, let kind else { return .needsMore }
    if compressedBytes != nil, let deflate {
      try deflate.finishMessage { (piece) throws(ProtocolError) in try keep(piece, limits) }
    }
    guard kind == .binary || text.isComplete else { throw .invalidUTF8 }
    self.kind = nil
    return .message(kind)
  }

  private func takeHeader(
    _ bytes: Span<UInt8>,
    _ offset: inout Int,
    _ limits: Limits,
    _ peer: Role,
    acceptsCompressed: Bool
  ) throws(ProtocolError) -> FrameHeader? {
    let room =
      compressedBytes.map { limits.compressedBytes - $0 }
      ?? limits.messageBytes - payload.count
    let compressedRoom = acceptsCompressed ? limits.compressedBytes : nil
    var header: FrameHeader?
    if cutHeader.isEmpty {
      header = try FrameHeader(bytes, at: offset, from: peer, room: room, compressedRoom)
      offset += header?.count ?? 0
    }
    while header == nil, offset < bytes.count {
      cutHeader.append(bytes[offset])
      offset += 1
      header = try FrameHeader(cutHeader.span, at: 0, from: peer, room: room, compressedRoom)
    }
    guard let header else { return nil }
    cutHeader = []
    try begin(header)
    return header
  }

  /// Judges a header by what went before.
  private func begin(_ header: FrameHeader) throws(ProtocolError) {
    guard !header.opcode.isControl else { return }
    switch header.opcode {
    case .continuation: guard kind != nil else { throw .unexpectedContinuation }
    default:
      guard kind == nil else { throw .expectedContinuation }
      kind = header.opcode == .text ? .text : .binary
      compressedBytes = header.isCompressed ? 0 : nil
    }
  }

  private func append(
    _ bytes: Span<UInt8>,
    of frame: FrameHeader,
    _ limits: Limits,
    _ deflate: PermessageDeflate?
  ) throws(ProtocolError) {
    if frame.opcode.isControl {
      control.append(copying: bytes)
    } else if let count = compressedBytes, let deflate {
      compressedBytes = count + bytes.count
      try deflate.inflate(bytes) { (piece) throws(ProtocolError) in try keep(piece, limits) }
    } else {
      // What other fragments will bring is not known.
      let end = frame.isFinal ? payload.count + (frame.payloadCount - taken) : nil
      try keep(bytes, limits, upTo: end)
    }
  }

  /// Adds to the message, and judges it as it arrives: a text that has gone wrong is not worth waiting
  /// for (§8.1).
  ///
  /// - Parameter end: The length of the whole message, if that is known.
  private func keep(
    _ bytes: Span<UInt8>,
    _ limits: Limits,
    upTo end: Int? = nil
  ) throws(ProtocolError) {
    // For what a header has announced there is room; inflating may bring more.
    let fitting = bytes.extracting(first: min(bytes.count, limits.messageBytes - payload.count))
    if kind == .text, !text.accept(fitting) { throw .invalidUTF8 }
    guard fitting.count == bytes.count else { throw .messageTooBig }
    let needed = payload.count + bytes.count
    if needed > payload.capacity {
      // Moving what has come of a picture would hold up the loop, and so address space is reserved for
      // all that a frame has announced, once some of it has come. Memory it takes with what comes.
      let isLarge = needed > Self.reservingBytes && end != nil
      let most = end ?? limits.messageBytes
      // What is smaller grows to four times what it needs, so that a frame that a read has cut is
      // mostly not moved at all.
      let room = end == nil ? payload.capacity * 2 : needed * 4
      payload.reserveCapacity(isLarge ? most : min(max(needed, room), most))
    }
    payload.append(copying: bytes)
  }
}
