import WebSocketProtocol

/// Messages of `sotto.v1`, as far as the generator needs them.
///
/// A message's `id` is a name for the run, the sender and the number, each as eight letters: so that no
/// run repeats what an earlier one has sent to the same server.
enum V1Frame {
  /// What arrives.
  enum Kind: Equatable {
    /// A delivery: who sent it, its number there and in the log; `nil` when its text is wrong.
    case message(from: UInt32, number: UInt32?, seq: UInt64)
    /// The server answers for the message with this number.
    case accepted(number: UInt32)
    /// Somebody has processed messages.
    case delivered
    /// The connection is ready; the log's name.
    case welcome(log: [UInt8])
    case other
  }

  static let idBytes = 24

  /// What stands before the number in `id`.
  static func head(from sender: UInt32, to target: UInt32, run: UInt32) -> [UInt8] {
    Array("{\"type\":\"send\",\"to\":\"\(target)\",\"id\":\"".utf8)
      + Letters.bytes(of: run) + Letters.bytes(of: sender)
  }

  /// Between the number in `id` and the message.
  static let middle = Array("\",\"text\":\"".utf8)
  /// Behind the message.
  static let end = Array("\"}".utf8)

  /// A client has processed all up to `seq`.
  static func received(log: [UInt8], seq: UInt64) -> [UInt8] {
    Array("{\"type\":\"received\",\"log\":\"".utf8) + log + Array("\",\"seq\":\(seq)}".utf8)
  }

  private static let message = Array("{\"type\":\"message\",\"from\":\"".utf8)
  private static let accepted = Array("{\"type\":\"accepted\",\"id\":\"".utf8)
  private static let delivered = Array("{\"type\":\"delivered\"".utf8)
  private static let welcome = Array("{\"type\":\"welcome\"".utf8)
  private static let seq = Array("\",\"seq\":".utf8)
  private static let log = Array("\"log\":\"".utf8)

  /// Reads a text of the server's.
  static func read(_ text: Span<UInt8>, _ form: MessageForm) -> Kind {
    if text.starts(with: message) { return readMessage(text, form) }
    if text.starts(with: accepted) {
      let place = accepted.count + 16
      guard text.count >= place + 8, let number = Letters.decode(text.word(at: place)) else {
        return .other
      }
      return .accepted(number: number)
    }
    if text.starts(with: delivered) { return .delivered }
    guard text.starts(with: welcome), let name = text.firstEnd(of: log) else { return .other }
    var bytes: [UInt8] = []
    var index = name
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      bytes.append(text[index])
      index += 1
    }
    return .welcome(log: bytes)
  }

  private static func readMessage(_ text: Span<UInt8>, _ form: MessageForm) -> Kind {
    var index = message.count
    let from = UInt32(truncatingIfNeeded: number(text, &index))
    // `","id":"`, the id, and `","seq":`.
    index += 8 + idBytes + seq.count
    guard index < text.count else { return .other }
    let seq = number(text, &index)
    let start = text.count - end.count - form.messageBytes
    guard start > index, text.hasAt(start - middle.count + 1, middle.dropFirst()),
      text.hasAt(text.count - end.count, end[...]),
      text.word(at: start) == Letters.encode(from),
      let number = Letters.decode(text.word(at: start + 8)),
      form.fillerMemory.isEqual(
        to: text,
        at: start + MessageForm.leastBytes,
        count: form.fillerMemory.count,
        from: 0
      )
    else { return .message(from: from, number: nil, seq: seq) }
    return .message(from: from, number: number, seq: seq)
  }

  private static func number(_ text: Span<UInt8>, _ index: inout Int) -> UInt64 {
    var number: UInt64 = 0
    while index < text.count, case let digit = text[index] &- 0x30, digit < 10 {
      number = number &* 10 &+ UInt64(digit)
      index += 1
    }
    return number
  }
}

extension Span<UInt8> {
  /// Whether it begins with these bytes.
  func starts(with bytes: [UInt8]) -> Bool { hasAt(0, bytes[...]) }

  /// Whether these bytes stand at a place.
  func hasAt(_ place: Int, _ bytes: ArraySlice<UInt8>) -> Bool {
    guard place >= 0, count - place >= bytes.count else { return false }
    var index = place
    for byte in bytes {
      guard self[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// Where these bytes end that stand somewhere in it.
  func firstEnd(of bytes: [UInt8]) -> Int? {
    guard count >= bytes.count else { return nil }
    for place in 0...count - bytes.count where hasAt(place, bytes[...]) {
      return place + bytes.count
    }
    return nil
  }
}
