@testable import Messaging

/// What a reader makes of a message.
enum Reading: Equatable {
  case request(Request)
  case refused(Refusal)

  /// Reads `frame`, and again where no byte lies behind it: both must come to the same.
  init(_ frame: [UInt8], _ form: MessageForm = .text) {
    let alone = Self.read(frame.span, form)
    var padded = Array(repeating: UInt8(ascii: "\""), count: 7) + frame
    padded.reserveCapacity(padded.count)
    let atEnd = Self.read(padded.span.extracting(7..<padded.count), form)
    precondition(alone == atEnd, "\(alone), and at the end of memory \(atEnd)")
    self = alone
  }

  /// Reads a text message.
  init(_ text: String) { self.init(Array(text.utf8)) }

  private static func read(_ frame: Span<UInt8>, _ form: MessageForm) -> Reading {
    do throws(Refusal) {
      return .request(try Request(frame, form))
    } catch {
      return .refused(error)
    }
  }

  /// What was asked for; `nil` if it was refused.
  var action: Request.Action? {
    if case .request(let request) = self { request.action } else { nil }
  }

  /// Why it was refused; `nil` if it was not.
  var error: RequestError? {
    if case .refused(let refusal) = self { refusal.error } else { nil }
  }

  /// What an answer names.
  var reference: Reference {
    switch self {
    case .request(let request): request.reference
    case .refused(let refusal): refusal.reference
    }
  }

  var send: Request.Send? {
    if case .send(let send) = action { send } else { nil }
  }
}

/// A binary message with this header.
func binaryFrame(_ header: String, _ payload: [UInt8] = []) -> [UInt8] {
  let bytes = Array(header.utf8)
  return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes + payload
}

extension String {
  /// The text at a range of its bytes.
  func at(_ range: Range<Int>?) -> String? {
    range.map { String(decoding: Array(utf8)[$0], as: UTF8.self) }
  }

  /// The characters of a string in it.
  func characters(_ string: JSONString?) -> String? {
    string.map { String(decoding: $0.unescaped(in: Array(utf8).span), as: UTF8.self) }
  }
}

extension ReplyBuffer {
  /// What is written, as text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// What `write` writes into a new one.
  static func text(_ write: (ReplyBuffer) -> Void) -> String {
    let buffer = ReplyBuffer()
    write(buffer)
    return buffer.text
  }
}
