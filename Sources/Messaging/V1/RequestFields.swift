/// The fields of one message of a client, found but not judged yet.
struct RequestFields {
  private var tokens = InlineArray<15, JSONToken>(repeating: JSONToken(.null, 0..<0))
  /// A bit for each field that is there.
  private var present: UInt16 = 0

  /// What is in a field; `nil` if it is not there.
  subscript(field: RequestField) -> JSONToken? {
    @inline(__always) get {
      present & 1 << UInt16(field.rawValue) != 0 ? tokens[field.rawValue] : nil
    }
  }

  /// Reads an object that begins at `start` and goes to the end of `text`.
  ///
  /// After an error, what was read before it can still be asked for.
  ///
  /// - Throws: `JSONError`.
  mutating func read(_ text: Span<UInt8>, from start: Int = 0) throws(JSONError) {
    var scanner = JSONScanner(text, from: start)
    var keys = UnknownKeys()
    guard try scanner.peek() == UInt8(ascii: "{") else { throw .notAnObject }
    scanner.skip(1)
    if try scanner.peek() == UInt8(ascii: "}") {
      scanner.skip(1)
      return try scanner.end()
    }
    while true {
      guard try scanner.peek() == UInt8(ascii: "\"") else {
        throw .unexpected(offset: scanner.offset)
      }
      let keyOffset = scanner.offset
      let field = try Self.key(&scanner, &keys)
      // The value of `data` is passed on as it is, so only its grammar counts.
      let rules: JSONScanner.Rules = field == .data ? .grammar : .strict
      let value: JSONToken
      if scanner.takeColonBeforeString() {
        value = JSONToken(try scanner.string(rules))
      } else {
        try scanner.take(UInt8(ascii: ":"))
        value = try scanner.value(rules, depth: 1, keys: &keys)
      }
      if let field { try set(field, value, keyOffset: keyOffset) }
      let next = try scanner.peek()
      guard next == UInt8(ascii: ",") else {
        try scanner.take(UInt8(ascii: "}"))
        return try scanner.end()
      }
      scanner.skip(1)
    }
  }

  /// Reads a key: a field of the protocol, or `nil` for one that is ignored.
  @inline(__always)
  private static func key(
    _ scanner: inout JSONScanner,
    _ keys: inout UnknownKeys
  ) throws(JSONError) -> RequestField? {
    let text = scanner.text
    let start = scanner.offset + 1
    // The names of all fields are short: they are found in one word, up to the quotation mark.
    if start + 8 <= text.count {
      let word = text.word(at: start)
      let bits = UInt64(truncatingIfNeeded: stringMarks(in: word).trailingZeroBitCount & ~7)
      if bits < 64, (word >> bits) & 0xFF == 0x22,
        let field = RequestField(ShortName(rawValue: word & (1 << bits &- 1)))
      {
        scanner.skip(Int(bits >> 3) + 2)
        return field
      }
    }
    return try anyKey(&scanner, &keys)
  }

  /// Reads a key that is unknown, has escapes or stands near the end.
  @inline(never)
  private static func anyKey(
    _ scanner: inout JSONScanner,
    _ keys: inout UnknownKeys
  ) throws(JSONError) -> RequestField? {
    let key = try scanner.string(.strict)
    let name = key.withBytes(in: scanner.text) { ShortName($0) }
    if let name, let field = RequestField(name) { return field }
    try keys.insert(key, in: scanner.text)
    return nil
  }

  @inline(__always)
  private mutating func set(
    _ field: RequestField,
    _ value: JSONToken,
    keyOffset: Int
  ) throws(JSONError) {
    let bit: UInt16 = 1 << UInt16(field.rawValue)
    guard present & bit == 0 else {
      // Of two values neither is meant more than the other, in an answer neither.
      present &= ~bit
      throw .twinKey(offset: keyOffset)
    }
    present |= bit
    tokens[field.rawValue] = value
  }
}
