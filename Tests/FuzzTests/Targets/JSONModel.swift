/// JSON as RFC 8259 puts it, read in the plainest way: by a function for each rule of the grammar.
///
/// What the protocol forbids beyond that is noted on the way.
struct JSONModel {
  enum Verdict {
    case notJSON
    /// It begins with something else than an object.
    case notAnObject
    /// It is JSON, but too deep, with keys or escapes that are not taken, or with too many keys.
    case forbidden
    case fine
  }

  private struct NotJSON: Error {}

  private static let fields: Set<String> = [
    "type", "to", "id", "text", "data", "log", "seq", "peers", "peer", "before", "limit", "ref",
    "token",
    "mime", "name",
  ]

  private var rest: ArraySlice<UInt8>
  private var isForbidden = false
  private var depth = 0
  private var unknownKeys = 0
  /// Within the value of `data`, where only the grammar counts.
  private var isInData = false

  /// Judges a message.
  static func judge(_ bytes: [UInt8]) -> Verdict {
    var model = JSONModel(rest: bytes[...])
    model.space()
    if let first = model.rest.first, first != UInt8(ascii: "{") {
      // White space of other kinds is a mistake of its own.
      return first <= 0x20 ? .notJSON : .notAnObject
    }
    guard (try? model.value()) != nil else { return model.isTooDeep ? .forbidden : .notJSON }
    model.space()
    guard model.rest.isEmpty else { return .notJSON }
    return model.isForbidden ? .forbidden : .fine
  }

  /// The rest was not looked at, so that this does not recurse any deeper.
  private var isTooDeep = false

  private init(rest: ArraySlice<UInt8>) { self.rest = rest }

  private mutating func space() {
    while let byte = rest.first, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { rest.removeFirst() }
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest.removeFirst(text.utf8.count)
    return true
  }

  private mutating func need(_ text: String) throws {
    guard take(text) else { throw NotJSON() }
  }

  private mutating func value() throws {
    space()
    switch rest.first {
    case UInt8(ascii: "{"): try nested { model in try model.object() }
    case UInt8(ascii: "["): try nested { model in try model.array() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try need("true")
    case UInt8(ascii: "f"): try need("false")
    case UInt8(ascii: "n"): try need("null")
    default: try number()
    }
  }

  private mutating func nested(_ body: (inout JSONModel) throws -> Void) throws {
    guard depth < 128 else {
      isTooDeep = true
      throw NotJSON()
    }
    depth += 1
    rest.removeFirst()
    try body(&self)
    depth -= 1
  }

  private mutating func object() throws {
    var keys: Set<[UInt16]> = []
    space()
    if take("}") { return }
    repeat {
      space()
      let key = try string()
      let isTop = depth == 1
      if !isInData {
        if !keys.insert(key).inserted { isForbidden = true }
        if !isTop || !Self.fields.contains(String(decoding: key, as: UTF16.self)) {
          unknownKeys += 1
        }
        if unknownKeys > 256 { isForbidden = true }
      }
      space()
      try need(":")
      let isData = isTop && key == Array("data".utf16)
      if isData { isInData = true }
      try value()
      if isData { isInData = false }
      space()
    } while take(",")
    try need("}")
  }

  private mutating func array() throws {
    space()
    if take("]") { return }
    repeat {
      try value()
      space()
    } while take(",")
    try need("]")
  }

  private mutating func number() throws {
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
  }

  private mutating func digits() throws {
    let count = rest.prefix { 0x30...0x39 ~= $0 }.count
    guard count > 0 else { throw NotJSON() }
    rest.removeFirst(count)
  }

  /// The code units of a string; other bytes than ASCII stand for themselves, above U+FF00.
  private mutating func string() throws -> [UInt16] {
    try need("\"")
    var units: [UInt16] = []
    /// Whether each was written as an escape, since bytes that stand for themselves make no pair.
    var isEscape: [Bool] = []
    while !take("\"") {
      guard let byte = rest.popFirst(), byte >= 0x20 else { throw NotJSON() }
      if byte == UInt8(ascii: "\\") {
        units.append(try escape())
        isEscape.append(true)
      } else {
        units.append(byte < 0x80 ? UInt16(byte) : 0xFF00 | UInt16(byte))
        isEscape.append(false)
      }
    }
    if !isInData { try checkPairs(&units, isEscape) }
    return units
  }

  /// Notes lone surrogates, and writes what was escaped as the bytes that it stands for.
  private mutating func checkPairs(_ units: inout [UInt16], _ isEscape: [Bool]) throws {
    var bytes: [UInt16] = []
    var index = 0
    while index < units.count {
      let isPair =
        isEscape[index] && UTF16.isLeadSurrogate(units[index]) && index + 1 < units.count
        && isEscape[index + 1] && UTF16.isTrailSurrogate(units[index + 1])
      let count = isPair ? 2 : 1
      if isEscape[index], !isPair, UTF16.isSurrogate(units[index]) { isForbidden = true }
      if isEscape[index] {
        for byte in String(decoding: units[index..<index + count], as: UTF16.self).utf8 {
          bytes.append(byte < 0x80 ? UInt16(byte) : 0xFF00 | UInt16(byte))
        }
      } else {
        bytes.append(units[index])
      }
      index += count
    }
    units = bytes
  }

  private mutating func escape() throws -> UInt16 {
    guard let letter = rest.popFirst() else { throw NotJSON() }
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(letter)
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"):
      let digits = rest.prefix(4)
      let isHex = digits.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
      guard digits.count == 4, isHex,
        let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw NotJSON() }
      rest.removeFirst(4)
      return unit
    default: throw NotJSON()
    }
  }
}
