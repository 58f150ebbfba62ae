import WebSocketProtocol

/// What all messages of a run look like, on their way to the server and from it.
///
/// A message is 8 letters that name its sender, 8 letters that number it, and the same filler each
/// time. Around it goes the plain protocol: `TARGET:` before it on the way there, and
/// `Client #SENDER says: ` (binary: `SENDER:`) before it on the way back; or the JSON of `sotto.v1`.
struct MessageForm {
  /// The shortest message: its sender and its number.
  static let leastBytes = 16
  /// Longer filler is sent from where it lies, instead of being copied behind its head.
  static let copiedBytes = 4096

  /// Text or binary.
  let kind: MessageKind
  /// Bytes of a message, without what the protocol puts before it.
  let messageBytes: Int
  /// What the clients speak.
  let dialect: Dialect
  /// Names this run in the ids of `sotto.v1`.
  let run = UInt32.random(in: 0...UInt32.max)
  /// What is the same in all messages.
  let filler: [UInt8]
  /// The filler in memory that arriving bytes are compared with.
  let fillerMemory: FixedArray<UInt8>

  /// Makes up a filler of the right length.
  ///
  /// - Parameter messageBytes: ``leastBytes`` or more.
  init(kind: MessageKind, messageBytes: Int, dialect: Dialect = .plain) {
    precondition(messageBytes >= Self.leastBytes)
    precondition(dialect == .plain || kind == .text && messageBytes <= Self.copiedBytes)
    self.kind = kind
    self.dialect = dialect
    self.messageBytes = messageBytes
    let count = messageBytes - Self.leastBytes
    switch kind {
    case .text:
      // A prime number of different characters, so that no shift by a power of two looks the same.
      let characters = Array(
        "Quiet words travel far, and only to one pair of ears. 0123456789 ".utf8
      )
      let period = 61
      filler = (0..<count).map { characters[$0 % period] }
    case .binary: filler = (0..<count).map { UInt8($0 % 251) }
    }
    fillerMemory = FixedArray(repeating: 0, count: count)
    fillerMemory.copy(filler.span, to: 0)
  }

  /// Whether a frame is put together in one piece before it is sent.
  var isCopied: Bool { messageBytes <= Self.copiedBytes }

  /// What a sender's frames start with: header, target, sender, and in place of the number its mask.
  ///
  /// The filler is part of it if it is short (``isCopied``).
  func outgoing(from sender: UInt32, to target: UInt32) -> [UInt8] {
    if dialect == .v1 { return outgoingV1(from: sender, to: target) }
    var payload = Array("\(target):".utf8) + Letters.bytes(of: sender)
    payload += [UInt8](repeating: 0, count: 8)
    if isCopied { payload += filler }
    let count = "\(target):".utf8.count + messageBytes
    return ClientFrame.header(kind.opcode, payloadCount: count) + ClientFrame.masked(payload)
  }

  private func outgoingV1(from sender: UInt32, to target: UInt32) -> [UInt8] {
    let blank = [UInt8](repeating: 0, count: 8)
    let head = V1Frame.head(from: sender, to: target, run: run) + blank + V1Frame.middle
    let payload = head + Letters.bytes(of: sender) + blank + filler + V1Frame.end
    return ClientFrame.header(.text, payloadCount: payload.count) + ClientFrame.masked(payload)
  }

  /// Where the number stands in the id of a frame from `sender` to `target`; `nil` without ids.
  func idNumberOffset(from sender: UInt32, to target: UInt32) -> Int? {
    guard dialect == .v1 else { return nil }
    let head = V1Frame.head(from: sender, to: target, run: run).count
    let count = head + 8 + V1Frame.middle.count + messageBytes + V1Frame.end.count
    return ClientFrame.header(.text, payloadCount: count).count + head
  }

  /// Where the number stands in a frame from `sender` to `target`.
  func numberOffset(from sender: UInt32, to target: UInt32) -> Int {
    if let offset = idNumberOffset(from: sender, to: target) {
      return offset + 8 + V1Frame.middle.count + 8
    }
    let count = "\(target):".utf8.count
    return ClientFrame.header(kind.opcode, payloadCount: count + messageBytes).count + count + 8
  }

  /// The filler as it is sent to `target`.
  func maskedFiller(to target: UInt32) -> [UInt8] {
    ClientFrame.masked(filler, after: "\(target):".utf8.count + Self.leastBytes)
  }

  /// What the server puts before a message from `sender`, without the frame's header.
  func prefix(from sender: UInt32) -> [UInt8] {
    Array((kind == .text ? "Client #\(sender) says: " : "\(sender):").utf8)
  }

  /// What a delivery from `sender` starts with: header, prefix and sender.
  func delivered(from sender: UInt32) -> [UInt8] {
    let prefix = prefix(from: sender)
    let header = FrameHeader.encode(kind.opcode, payloadCount: prefix.count + messageBytes).bytes
    return header + prefix + Letters.bytes(of: sender)
  }

  /// Where the sender's id stands in a delivery, if the header is as long as usual.
  var idOffset: Int {
    let header = FrameHeader.encode(kind.opcode, payloadCount: 32 + messageBytes).count
    return header + (kind == .text ? "Client #".utf8.count : 0)
  }
}
