import WebSocketProtocol

/// RFC 6455 §5 once more, as plainly as possible, over bytes that are all there.
///
/// It shares no code with the library: no state between pieces, no fast paths, no masking by words.
struct FramesModel {
  typealias Event = FramesTarget.Event

  /// What a frame amounts to.
  private enum Step {
    case whole
    /// The bytes end before it does, and nothing is wrong so far.
    case cut
    case wrong(CloseCode)
  }

  private(set) var events: [Event] = []
  /// Whether the last byte is the last of a message, or of a control frame between messages.
  private(set) var isAtEndOfMessage = true

  private let bytes: [UInt8]
  private let options: FramesOptions
  private var offset = 0
  private var kind: MessageKind?
  private var message: [UInt8] = []

  init(_ bytes: [UInt8], _ options: FramesOptions) {
    self.bytes = bytes
    self.options = options
    while offset < bytes.count, events.count < options.wanted {
      isAtEndOfMessage = false
      switch readFrame() {
      case .whole: isAtEndOfMessage = kind == nil
      case .cut: offset = bytes.count
      case .wrong(let code):
        events.append(.failed(code))
        return
      }
    }
  }

  /// The byte after what has been looked at; `nil` at the end.
  private mutating func next() -> UInt8? {
    guard offset < bytes.count else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func readFrame() -> Step {
    guard let first = next() else { return .cut }
    let (isFinal, opcode) = (first & 0x80 != 0, first & 0x0F)
    let isControl = opcode >= 8
    guard first & 0x70 == 0, [0, 1, 2, 8, 9, 10].contains(opcode) else {
      return .wrong(.protocolError)
    }
    if isControl, !isFinal { return .wrong(.protocolError) }

    guard let second = next() else { return .cut }
    let isMasked = second & 0x80 != 0
    guard isMasked == (options.peer == .client) else { return .wrong(.protocolError) }
    var length = UInt64(second & 0x7F)
    if isControl, length > 125 { return .wrong(.protocolError) }
    if length > 125 {
      let shortest: UInt64 = length == 126 ? 126 : 65_536
      let size = length == 126 ? 2 : 8
      length = 0
      for _ in 0..<size {
        guard let byte = next() else { return .cut }
        length = length * 256 + UInt64(byte)
      }
      if length < shortest || length > UInt64(Int64.max) { return .wrong(.protocolError) }
    }
    if !isControl, length > UInt64(options.limits.messageBytes - message.count) {
      return .wrong(.messageTooBig)
    }
    var key: [UInt8] = [0, 0, 0, 0]
    if isMasked {
      for place in key.indices {
        guard let byte = next() else { return .cut }
        key[place] = byte
      }
    }
    if !isControl, (opcode == 0) == (kind == nil) { return .wrong(.protocolError) }
    if opcode == 1 { kind = .text }
    if opcode == 2 { kind = .binary }

    let available = min(Int(length), bytes.count - offset)
    let payload = (0..<available).map { bytes[offset + $0] ^ key[$0 % 4] }
    offset += available
    let isWhole = available == Int(length)
    return isControl
      ? control(opcode, payload, isWhole) : data(payload, isWhole, isFinal: isFinal)
  }

  private mutating func data(
    _ payload: [UInt8],
    _ isWhole: Bool,
    isFinal: Bool
  ) -> Step {
    guard let kind else { return .wrong(.protocolError) }
    message += payload
    if kind == .text {
      let isLast = isWhole && isFinal
      guard isLast ? Self.isUTF8(message) : Self.mayBecomeUTF8(message) else {
        return .wrong(.invalidPayload)
      }
    }
    guard isWhole else { return .cut }
    if isFinal {
      events.append(.message(kind, message))
      (self.kind, message) = (nil, [])
    }
    return .whole
  }

  private mutating func control(
    _ opcode: UInt8,
    _ payload: [UInt8],
    _ isWhole: Bool
  ) -> Step {
    guard isWhole else { return .cut }
    switch opcode {
    case 9: events.append(.ping(payload))
    case 10: events.append(.pong(payload))
    default:
      offset = bytes.count
      guard payload.count != 1 else { return .wrong(.protocolError) }
      guard !payload.isEmpty else {
        events.append(.close(nil, []))
        return .whole
      }
      let code = UInt16(payload[0]) * 256 + UInt16(payload[1])
      let isAllowed =
        switch code {
        case 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014: true
        default: code >= 3000 && code < 5000
        }
      guard isAllowed else { return .wrong(.protocolError) }
      let reason = Array(payload.dropFirst(2))
      guard Self.isUTF8(reason) else { return .wrong(.invalidPayload) }
      events.append(.close(CloseCode(code), reason))
    }
    return .whole
  }

  private static func isUTF8(_ bytes: [UInt8]) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  /// Whether some bytes more would make it UTF-8: up to three, of which only the first has rules of
  /// its own (Unicode, table 3-7).
  private static func mayBecomeUTF8(_ bytes: [UInt8]) -> Bool {
    if isUTF8(bytes) { return true }
    for first: UInt8 in [0x80, 0x90, 0xA0] {
      for count in 0..<3 where isUTF8(bytes + [first] + Array(repeating: 0x80, count: count)) {
        return true
      }
    }
    return false
  }
}
