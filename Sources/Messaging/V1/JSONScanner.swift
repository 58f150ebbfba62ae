/// Reads JSON (RFC 8259) from left to right, without copying any of it.
///
/// It does not recurse: how deep arrays and objects are nested costs a bit for each level.
struct JSONScanner: ~Escapable {
  /// What is asked beyond the grammar.
  enum Rules {
    /// No lone surrogates, and no key twice in an object.
    case strict
    /// Nothing: what is passed on byte for byte.
    case grammar
  }

  /// Levels of arrays and objects, the outermost one included.
  static let maximumDepth = 128

  let text: Span<UInt8>
  /// Where the next byte is read.
  private(set) var offset: Int

  /// Reads `text` from `offset` on.
  @_lifetime(copy text)
  init(_ text: Span<UInt8>, from offset: Int = 0) {
    self.text = text
    self.offset = offset
  }

  /// The next byte that is no white space (RFC 8259 §2), which stays to be read.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func peek() throws(JSONError) -> UInt8 {
    while offset < text.count {
      let byte = text[offset]
      // Of the bytes up to a space only the four kinds of white space fit anywhere, so a message
      // without any is through after one comparison.
      guard byte <= 0x20 else { return byte }
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: throw .unexpected(offset: offset)
      }
    }
    throw .incomplete
  }

  /// Takes the next byte that is no white space, if it is `byte`.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func take(_ byte: UInt8) throws(JSONError) {
    guard try peek() == byte else { throw .unexpected(offset: offset) }
    offset += 1
  }

  /// Takes a colon that has a string right behind it, as JSON is mostly written.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func takeColonBeforeString() -> Bool {
    guard offset + 1 < text.count, text[offset] == UInt8(ascii: ":"),
      text[offset + 1] == UInt8(ascii: "\"")
    else { return false }
    offset += 1
    return true
  }

  /// Takes `count` bytes that the caller has looked at.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func skip(_ count: Int) { offset += count }

  /// Only white space may follow.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func end() throws(JSONError) {
    guard offset < text.count else { return }
    do throws(JSONError) { _ = try peek() } catch .incomplete { return }
    throw .unexpected(offset: offset)
  }

  /// Reads a string, whose quotation mark is next.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func string(_ rules: Rules) throws(JSONError) -> JSONString {
    let start = offset
    let end = text.nextStringMark(from: start + 1)
    guard end < text.count, text[end] == UInt8(ascii: "\"") else {
      return try escapedString(rules, from: start, mark: end)
    }
    offset = end + 1
    return JSONString(start..<end + 1, isEscaped: false)
  }

  /// Reads on in a string whose first mark is not its end.
  @inline(never)
  @_lifetime(self: copy self)
  private mutating func escapedString(
    _ rules: Rules,
    from start: Int,
    mark: Int
  ) throws(JSONError) -> JSONString {
    var mark = mark
    while true {
      guard mark < text.count else { throw .incomplete }
      switch text[mark] {
      case UInt8(ascii: "\""):
        offset = mark + 1
        return JSONString(start..<mark + 1, isEscaped: true)
      case UInt8(ascii: "\\"):
        mark = text.nextStringMark(from: mark + (try escape(rules, at: mark)))
      default: throw .unexpected(offset: mark)
      }
    }
  }

  /// The length of an escape, the second half of a surrogate pair included.
  @_lifetime(self: copy self)
  private mutating func escape(_ rules: Rules, at offset: Int) throws(JSONError) -> Int {
    let length: Int
    let unit: UInt16?
    do throws(JSONEscape.Failure) {
      (length, unit) = try JSONEscape.check(text, at: offset)
    } catch {
      switch error {
      case .unexpected(let offset): throw .unexpected(offset: offset)
      case .incomplete: throw .incomplete
      }
    }
    guard rules == .strict, let unit, UTF16.isSurrogate(unit) else { return length }
    guard UTF16.isLeadSurrogate(unit), JSONEscape.lowSurrogate(text, at: offset + length) != nil
    else { throw .loneSurrogate(offset: offset) }
    return 2 * length
  }
}
