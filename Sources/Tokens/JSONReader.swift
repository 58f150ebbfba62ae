/// Reads a whole JSON text (RFC 8259): strictly, with a bound on its depth.
///
/// For the few hundred bytes of a token, which are looked at once for each connection.
public struct JSONReader: ~Escapable {
  /// Arrays and objects within one another.
  public static let maximumDepth = 16

  private let text: Span<UInt8>
  private var offset = 0
  private var depth = 0

  @_lifetime(copy text)
  private init(_ text: Span<UInt8>) { self.text = text }

  /// Reads an object, with nothing but white space around it.
  ///
  /// - Returns: always a ``JSONValue/object(_:)``.
  /// - Throws: `JSONReaderError`.
  public static func object(_ text: Span<UInt8>) throws(JSONReaderError) -> JSONValue {
    guard (try? UTF8Span(validating: text)) != nil else { throw .notUTF8 }
    var reader = JSONReader(text)
    let value = try reader.value()
    reader.skipSpace()
    guard reader.offset == text.count else { throw .syntax }
    guard case .object = value else { throw .notAnObject }
    return value
  }

  /// The byte that comes next; 0, which is never part of JSON, at the end.
  private var next: UInt8 { offset < text.count ? text[offset] : 0 }

  private mutating func skipSpace() {
    while next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D { offset += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  private mutating func need(_ word: StaticString, _ value: JSONValue) throws(JSONReaderError)
    -> JSONValue
  {
    for byte in "\(word)".utf8 { guard take(byte) else { throw .syntax } }
    return value
  }

  private mutating func value() throws(JSONReaderError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try need("true", .bool(true))
    case UInt8(ascii: "f"): return try need("false", .bool(false))
    case UInt8(ascii: "n"): return try need("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func enter() throws(JSONReaderError) {
    guard depth < Self.maximumDepth else { throw .tooDeep }
    depth += 1
    offset += 1
    skipSpace()
  }

  private mutating func object() throws(JSONReaderError) -> JSONValue {
    try enter()
    var members: [JSONValue.Member] = []
    var keys: Set<[UInt8]> = []
    if !take(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        let key = try string()
        guard keys.insert(key).inserted else { throw .twinKey }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw .syntax }
        members.append(JSONValue.Member(key: key, value: try value()))
        skipSpace()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "}")) else { throw .syntax }
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() throws(JSONReaderError) -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    if !take(UInt8(ascii: "]")) {
      repeat {
        elements.append(try value())
        skipSpace()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "]")) else { throw .syntax }
    }
    depth -= 1
    return .array(elements)
  }

  private mutating func number() throws(JSONReaderError) -> Double {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    // No number begins with a zero that could be left out (RFC 8259 §6).
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    let spelling = [UInt8](copying: text.extracting(start..<offset))
    guard let number = Double(String(decoding: spelling, as: UTF8.self)) else { throw .syntax }
    return number
  }

  private mutating func digits() throws(JSONReaderError) {
    guard 0x30...0x39 ~= next else { throw .syntax }
    while 0x30...0x39 ~= next { offset += 1 }
  }

  private mutating func string() throws(JSONReaderError) -> [UInt8] {
    guard take(UInt8(ascii: "\"")) else { throw .syntax }
    var bytes: [UInt8] = []
    while !take(UInt8(ascii: "\"")) {
      // Control characters must be escaped (RFC 8259 §7); at the end comes a zero.
      guard next >= 0x20 else { throw .syntax }
      if take(UInt8(ascii: "\\")) {
        bytes.append(contentsOf: String(try escape()).utf8)
      } else {
        bytes.append(next)
        offset += 1
      }
    }
    return bytes
  }

  private mutating func escape() throws(JSONReaderError) -> Unicode.Scalar {
    let letter = next
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw .syntax
    }
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00 else { throw .loneSurrogate }
    guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .loneSurrogate }
    let second = try codeUnit()
    guard 0xDC00..<0xE000 ~= second,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
    else { throw .loneSurrogate }
    return scalar
  }

  private mutating func codeUnit() throws(JSONReaderError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(next)).hexDigitValue else { throw .syntax }
      unit = unit << 4 | UInt32(digit)
      offset += 1
    }
    return unit
  }
}
