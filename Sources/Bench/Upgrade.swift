import WebSocketProtocol

/// The opening handshake from the client's side (RFC 6455 §4.1).
enum Upgrade {
  /// A client picks it at random; for a measurement one is as good as another.
  private static let key = "U290dG8gdm9jZSBiZW5jaA=="
  private static let accept = Array(AcceptKey.accept(for: key).utf8)
  /// A response longer than that is refused.
  static let responseBytes = 16 << 10

  /// The request for `/ws/ID`.
  static func request(id: UInt32, host: String, subprotocol: String? = nil) -> [UInt8] {
    var lines = [
      "GET /ws/\(id) HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade",
      "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
    ]
    if let subprotocol { lines.append("Sec-WebSocket-Protocol: \(subprotocol)") }
    return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
  }

  /// What a response says.
  enum Answer: Equatable {
    /// More bytes are needed.
    case incomplete
    /// The WebSocket is open; frames begin at that offset.
    case accepted(end: Int)
    /// It is not, and that is its first line.
    case refused(String)
  }

  /// Judges the bytes that have come so far.
  static func judge(_ bytes: Span<UInt8>) -> Answer {
    guard let end = endOfHead(bytes) else {
      return bytes.count > responseBytes ? .refused("a response without an end") : .incomplete
    }
    var head: [UInt8] = []
    for index in 0..<end { head.append(bytes[index]) }
    let text = String(decoding: head, as: UTF8.self)
    let line = text.prefix { !$0.isNewline }
    guard line.hasPrefix("HTTP/1.1 101") else { return .refused(String(line)) }
    // The value stands alone in its line, and no other field could have it by accident.
    guard contains(accept, in: head) else { return .refused("no right Sec-WebSocket-Accept") }
    return .accepted(end: end)
  }

  private static func endOfHead(_ bytes: Span<UInt8>) -> Int? {
    var index = 3
    while index < bytes.count {
      if bytes[index] == 0x0A, bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A,
        bytes[index - 3] == 0x0D
      {
        return index + 1
      }
      index += 1
    }
    return nil
  }

  private static func contains(_ part: [UInt8], in whole: [UInt8]) -> Bool {
    guard whole.count >= part.count else { return false }
    return (0...whole.count - part.count).contains { whole[$0...].starts(with: part) }
  }
}
