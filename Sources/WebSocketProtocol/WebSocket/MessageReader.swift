/// What a ``MessageReader`` pushes its findings into.
public protocol MessageHandler {
  /// A whole message; text is valid UTF-8. The bytes are valid during the call only.
  func received(_ payload: Span<UInt8>, _ kind: MessageKind)
  /// The same for one that was gathered in memory of its own, which may be kept without a copy; unless
  /// implemented, the one above gets its bytes.
  func received(_ payload: [UInt8], _ kind: MessageKind)
  /// A ping, to be answered by a pong with the same payload (RFC 6455 §5.5.2).
  func receivedPing(_ payload: Span<UInt8>)
  /// A pong (§5.5.3).
  func receivedPong(_ payload: Span<UInt8>)
  /// The peer's close frame (§5.5.1); `code` is `nil` when it has none. Nothing follows.
  func receivedClose(_ code: CloseCode?, reason: Span<UInt8>)
  /// ``MessageReader/heldBytes`` has changed; does nothing unless implemented.
  func heldBytesChanged(by change: Int)
  /// Asked after each of the above: false when no more is wanted, because the connection is closing.
  var wantsMore: Bool { get }
}

extension MessageHandler {
  /// Hands on the bytes.
  public func received(_ payload: [UInt8], _ kind: MessageKind) { received(payload.span, kind) }
  /// Does nothing.
  public func heldBytesChanged(by change: Int) {}
}

/// Turns the bytes of one direction into messages (RFC 6455 §5 and §6.2).
///
/// No I/O, no clock.
///
/// A frame that lies whole in the given bytes is unmasked in place and handed on without a copy;
/// only what a piece of input cuts, and what is fragmented, is gathered in memory of its own, which
/// goes when the message is complete.
public struct MessageReader: ~Copyable {
  /// What is incomplete: nothing, most of the time.
  @usableFromInline var partial: PartialMessage?
  @usableFromInline let peer: Role
  @usableFromInline var hasEnded = false

  /// Reads what `peer` sends.
  public init(from peer: Role = .client) {
    self.peer = peer
  }

  /// Bytes of an incomplete message that are held at the moment.
  public var heldBytes: Int { partial?.heldBytes ?? 0 }

  /// Feeds bytes as they came off the wire; any split is fine.
  ///
  /// - Parameters:
  ///   - bytes: Unmasked in place; invalid after the call.
  ///   - start: How many of them have been taken before.
  ///   - limits: The bound on one message.
  ///   - deflate: What compressed messages go through; without it there are none (RFC 7692 §6).
  ///   - handler: Must not feed this reader from within its calls.
  /// - Returns: how many bytes have been taken: all, unless the handler wanted no more.
  /// - Throws: `ProtocolError`; the peer is then owed `error.closeCode`, and no more may be fed.
  @inlinable @discardableResult
  public mutating func receive(
    _ bytes: inout MutableSpan<UInt8>,
    from start: Int = 0,
    limits: Limits,
    inflatingBy deflate: PermessageDeflate? = nil,
    into handler: some MessageHandler
  ) throws(ProtocolError) -> Int {
    var offset = start
    while offset < bytes.count, !hasEnded {
      if isBetweenMessages {
        offset = try Self.receiveShortMessages(
          &bytes,
          at: offset,
          from: peer,
          limits: limits,
          into: handler
        )
        guard offset < bytes.count, handler.wantsMore else { return offset }
      }
      try receiveOther(&bytes, &offset, limits, deflate, handler)
      guard handler.wantsMore else { return offset }
    }
    return offset
  }

  /// Whether nothing has come of the next message.
  @inlinable public var isBetweenMessages: Bool { partial == nil }

  /// Takes as many short messages as there are at `offset`, whole and not compressed: most of what
  /// clients send, for which nothing need be remembered.
  ///
  /// For bytes that follow a message; a reader takes what comes behind them.
  ///
  /// - Returns: where something else begins, or where the handler wanted no more.
  /// - Throws: as `receive` does.
  @inlinable
  public static func receiveShortMessages(
    _ bytes: inout MutableSpan<UInt8>,
    at offset: Int,
    from peer: Role,
    limits: Limits,
    into handler: some MessageHandler
  ) throws(ProtocolError) -> Int {
    // Inlinable, so that it is made for the handler where that is known: calls through its protocol
    // would take a good part of the time of a short message.
    var offset = offset
    while let payload = shortMessage(bytes.span, at: offset, from: peer, limits) {
      offset = payload.upperBound
      let key = MaskingKey(bytes.span, before: payload.lowerBound)
      let isASCII = Masking.apply(key, to: &bytes, in: payload)
      let isText = bytes[payload.lowerBound - 6] == 0x81
      let message = bytes.span.extracting(payload)
      guard !isText || isASCII || UTF8Validator.isValid(message) else { throw .invalidUTF8 }
      handler.received(message, isText ? .text : .binary)
      guard handler.wantsMore else { break }
    }
    return offset
  }

  /// Takes bytes of what is incomplete or no short message, up to the end of one frame at most.
  @usableFromInline
  mutating func receiveOther(
    _ bytes: inout MutableSpan<UInt8>,
    _ offset: inout Int,
    _ limits: Limits,
    _ deflate: PermessageDeflate?,
    _ handler: some MessageHandler
  ) throws(ProtocolError) {
    if let partial {
      do throws(ProtocolError) {
        return try gather(&bytes, &offset, into: partial, limits, deflate, handler)
      } catch {
        // No more may be fed: what was gathered need not wait for the end of the connection.
        let held = heldBytes
        self.partial = nil
        if held > 0 { handler.heldBytesChanged(by: -held) }
        throw error
      }
    }
    let header =
      deflate == nil
      ? try FrameHeader(bytes.span, at: offset, from: peer, room: limits.messageBytes)
      : try FrameHeader(
        bytes.span,
        at: offset,
        from: peer,
        room: limits.messageBytes,
        compressedRoom: limits.compressedBytes
      )
    guard let header, header.isFinal, header.opcode != .continuation, !header.isCompressed,
      header.payloadCount <= bytes.count - offset - header.count
    else {
      partial = PartialMessage()
      return
    }
    let start = offset + header.count
    offset = start + header.payloadCount
    var isASCII = false
    if let key = header.maskingKey {
      isASCII = Masking.apply(key, to: &bytes, in: start..<offset)
    }
    let payload = bytes.span.extracting(start..<offset)
    switch header.opcode {
    case .text:
      guard isASCII || UTF8Validator.isValid(payload) else { throw .invalidUTF8 }
      handler.received(payload, .text)
    case .binary: handler.received(payload, .binary)
    default: try deliver(header.opcode, payload, to: handler)
    }
  }

  /// The commonest frame by far, recognised by its first two bytes: a whole message of a client, of
  /// at most 125 bytes.
  @inlinable @inline(__always)
  static func shortMessage(
    _ bytes: Span<UInt8>,
    at offset: Int,
    from peer: Role,
    _ limits: Limits
  ) -> Range<Int>? {
    guard bytes.count - offset >= 6, peer == .client else { return nil }
    let first = bytes[offset]
    let count = Int(bytes[offset + 1]) - 0x80
    guard first == 0x81 || first == 0x82, 0..<126 ~= count, count <= limits.messageBytes,
      count <= bytes.count - offset - 6
    else { return nil }
    return offset + 6..<offset + 6 + count
  }

  /// Takes bytes for what is incomplete, up to the end of one frame at most.
  private mutating func gather(
    _ bytes: inout MutableSpan<UInt8>,
    _ offset: inout Int,
    into partial: PartialMessage,
    _ limits: Limits,
    _ deflate: PermessageDeflate?,
    _ handler: some MessageHandler
  ) throws(ProtocolError) {
    let held = partial.heldBytes
    defer {
      let change = heldBytes - held
      if change != 0 { handler.heldBytesChanged(by: change) }
    }
    switch try partial.take(
      &bytes,
      &offset,
      limits: limits,
      from: peer,
      inflatingBy: deflate
    )
    {
    case .needsMore: break
    case .control(let opcode):
      if !partial.isInMessage { self.partial = nil }
      let payload = partial.takeControl()
      try deliver(opcode, payload.span, to: handler)
    case .message(let kind):
      self.partial = nil
      handler.received(partial.payload, kind)
    }
  }

  private mutating func deliver(
    _ opcode: Opcode,
    _ payload: Span<UInt8>,
    to handler: some MessageHandler
  ) throws(ProtocolError) {
    switch opcode {
    case .ping: handler.receivedPing(payload)
    case .pong: handler.receivedPong(payload)
    default:
      hasEnded = true
      let (code, reason) = try Self.parseClose(payload)
      handler.receivedClose(code, reason: payload.extracting(reason))
    }
  }

  /// Splits the payload of a close frame: nothing, or a code and a reason (§5.5.1).
  private static func parseClose(
    _ payload: Span<UInt8>
  ) throws(ProtocolError) -> (CloseCode?, reason: Range<Int>) {
    guard payload.count > 0 else { return (nil, 0..<0) }
    guard payload.count >= 2 else { throw .invalidClose }
    let code = CloseCode(UInt16(payload[0]) << 8 | UInt16(payload[1]))
    guard code.mayBeReceived else { throw .invalidClose }
    guard UTF8Validator.isValid(payload.extracting(2..<payload.count)) else { throw .invalidUTF8 }
    return (code, 2..<payload.count)
  }
}
