extension Request {
  /// Reads a message as clients nearly always write it: a `send` of `text` in these four fields, without
  /// white space, and without escapes but in the text.
  ///
  /// Comes to the same as reading any fields, for half of the instructions. What is out of the
  /// ordinary, or wrong, is left to that.
  @inline(__always)
  init?(ordinary frame: Span<UInt8>) {
    guard frame.count > 0, frame[0] == UInt8(ascii: "{") else { return nil }
    var fields = OrdinaryFields()
    var offset = 1
    while true {
      // Even the last field has eight bytes.
      guard let word = frame.wordIfThere(at: offset) else { return nil }
      let end: Int
      if word == OrdinaryFields.typeName {
        // Of all types one is ordinary, and it is known by one comparison.
        guard fields.found & 1 == 0,
          frame.wordIfThere(at: offset &+ 5) == OrdinaryFields.send
        else { return nil }
        fields.found |= 1
        end = offset &+ 12
      } else {
        guard let found = fields.readString(word, in: frame, at: offset) else { return nil }
        end = found
      }
      // At `end` is a quotation mark.
      guard end &+ 1 < frame.count else { return nil }
      offset = end &+ 2
      if frame[end &+ 1] == UInt8(ascii: ",") { continue }
      guard frame[end &+ 1] == UInt8(ascii: "}"), offset == frame.count else { return nil }
      break
    }
    guard fields.areValid(in: frame) else { return nil }
    let id = JSONString(fields.id.start..<fields.id.end, isEscaped: false)
    let to = JSONString(fields.to.start..<fields.to.end, isEscaped: false)
    let text = JSONString(fields.text.start..<fields.text.end, isEscaped: fields.isTextEscaped)
    self.init(
      Reference(id: id, ref: nil),
      .send(Send(to: to, id: id, body: .text(text)))
    )
  }
}

/// The fields of an ordinary `send`, as far as they have been found.
private struct OrdinaryFields {
  /// Where a string lies, with its quotation marks.
  struct Place {
    var start = 0
    var end = 0
  }

  var to = Place()
  var id = Place()
  var text = Place()
  var isTextEscaped = false
  /// A bit for each field that has been found: the lowest for `type`.
  var found: UInt8 = 0
  static let all: UInt8 = 15

  /// Reads a field that is a string, whose name is in `word`, and that is not there yet.
  ///
  /// - Returns: where the quotation mark at its end lies.
  @inline(__always)
  mutating func readString(_ word: UInt64, in frame: Span<UInt8>, at offset: Int) -> Int? {
    let name = word & Self.lowestSix
    let bit: UInt8
    let start: Int
    if word == Self.textName {
      (bit, start) = (8, offset &+ 7)
    } else if name == Self.toName {
      (bit, start) = (2, offset &+ 5)
    } else if name == Self.idName {
      (bit, start) = (4, offset &+ 5)
    } else {
      return nil
    }
    guard found & bit == 0 else { return nil }
    found |= bit
    var end = frame.nextStringMark(from: start &+ 1)
    guard end < frame.count else { return nil }
    if frame[end] != UInt8(ascii: "\"") {
      guard bit == 8, let last = Self.escapedEnd(in: frame, from: start) else { return nil }
      isTextEscaped = true
      end = last
    }
    let place = Place(start: start, end: end &+ 1)
    if bit == 8 { text = place } else if bit == 2 { to = place } else { id = place }
    return end
  }

  /// Where a string with escapes ends; `nil` if it is none.
  @inline(never)
  private static func escapedEnd(in frame: Span<UInt8>, from start: Int) -> Int? {
    var scanner = JSONScanner(frame, from: start)
    return (try? scanner.string(.strict)).map { $0.token.upperBound - 1 }
  }

  /// Whether all fields are there, and the ids are those of clients and messages.
  @inline(__always)
  func areValid(in frame: Span<UInt8>) -> Bool {
    guard found == Self.all, 1...ClientID.maximumBytes ~= to.end &- to.start &- 2,
      1...Request.maximumIDBytes ~= id.end &- id.start &- 2
    else { return false }
    return frame[id.start &+ 1] != UInt8(ascii: "~")
      && frame.isPlainName(from: to.start &+ 1, to: to.end &- 1)
  }

  // Names with their quotation marks, the colon and the quotation mark of the value; folded into
  // constants.

  @inline(__always)
  static var typeName: UInt64 { ShortName("\"", "t", "y", "p", "e", "\"", ":", "\"").rawValue }
  @inline(__always)
  static var textName: UInt64 { ShortName("\"", "t", "e", "x", "t", "\"", ":", "\"").rawValue }
  @inline(__always)
  static var toName: UInt64 { ShortName("\"", "t", "o", "\"", ":", "\"").rawValue }
  @inline(__always)
  static var idName: UInt64 { ShortName("\"", "i", "d", "\"", ":", "\"").rawValue }
  /// What must be the end of the name `type` and its value, up to the quotation mark behind it.
  @inline(__always)
  static var send: UInt64 { ShortName("\"", ":", "\"", "s", "e", "n", "d", "\"").rawValue }

  static let lowestSix: UInt64 = 0xFFFF_FFFF_FFFF
}
