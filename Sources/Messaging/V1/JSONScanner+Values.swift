extension JSONScanner {
  /// Reads a value of any kind, with all that is in it.
  ///
  /// - Parameters:
  ///   - depth: The level that it lies in: 0 outside of all arrays and objects.
  ///   - keys: The keys of the object that it lies in.
  @inline(never)
  @_lifetime(self: copy self)
  mutating func value(
    _ rules: Rules,
    depth: Int,
    keys: inout UnknownKeys
  ) throws(JSONError) -> JSONToken {
    let first = try peek()
    let start = offset
    switch first {
    case UInt8(ascii: "\""): return JSONToken(try string(rules))
    case UInt8(ascii: "{"):
      try container(rules, depth: depth, keys: &keys)
      return JSONToken(.object, start..<offset)
    case UInt8(ascii: "["):
      try container(rules, depth: depth, keys: &keys)
      return JSONToken(.array, start..<offset)
    default:
      let kind = try scalar(first)
      return JSONToken(kind, start..<offset)
    }
  }

  /// Reads an array or an object, whose bracket is next.
  @inline(never)
  @_lifetime(self: copy self)
  private mutating func container(
    _ rules: Rules,
    depth outer: Int,
    keys: inout UnknownKeys
  ) throws(JSONError) {
    var depth = outer
    /// The levels that are open, the innermost lowest: 1 for an object.
    var objects: UInt128 = 0
    while true {
      // A value begins here.
      let first = try peek()
      switch first {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard depth < Self.maximumDepth else { throw .tooDeep }
        let isObject = first == UInt8(ascii: "{")
        skip(1)
        let next = try peek()
        guard next == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          depth += 1
          objects = objects << 1 | (isObject ? 1 : 0)
          if isObject {
            if rules == .strict { keys.open() }
            try key(rules, keys: &keys)
          }
          continue
        }
        skip(1)
      case UInt8(ascii: "\""): _ = try string(rules)
      default: _ = try scalar(first)
      }
      // A value has ended: what follows belongs to the array or object that it lies in.
      while true {
        guard depth > outer else { return }
        let isObject = objects & 1 == 1
        switch try peek() {
        case UInt8(ascii: ","):
          skip(1)
          if isObject { try key(rules, keys: &keys) }
        case UInt8(ascii: "}") where isObject:
          skip(1)
          if rules == .strict { keys.close() }
          (depth, objects) = (depth - 1, objects >> 1)
          continue
        case UInt8(ascii: "]") where !isObject:
          skip(1)
          (depth, objects) = (depth - 1, objects >> 1)
          continue
        default: throw .unexpected(offset: offset)
        }
        break
      }
    }
  }

  /// Reads a key and its colon.
  @_lifetime(self: copy self)
  private mutating func key(_ rules: Rules, keys: inout UnknownKeys) throws(JSONError) {
    guard try peek() == UInt8(ascii: "\"") else { throw .unexpected(offset: offset) }
    let key = try string(rules)
    if rules == .strict { try keys.insert(key, in: text) }
    try take(UInt8(ascii: ":"))
  }

  /// Reads a number or a literal name, which begins with `first`.
  @inline(never)
  @_lifetime(self: copy self)
  private mutating func scalar(_ first: UInt8) throws(JSONError) -> JSONToken.Kind {
    switch first {
    case UInt8(ascii: "t"):
      try literal(ShortName("t", "r", "u", "e"), count: 4)
      return .true
    case UInt8(ascii: "f"):
      try literal(ShortName("f", "a", "l", "s", "e"), count: 5)
      return .false
    case UInt8(ascii: "n"):
      try literal(ShortName("n", "u", "l", "l"), count: 4)
      return .null
    default:
      try number()
      return .number
    }
  }

  @_lifetime(self: copy self)
  private mutating func literal(_ name: ShortName, count: Int) throws(JSONError) {
    for place in 0..<count {
      guard offset < text.count else { throw .incomplete }
      guard text[offset] == UInt8(truncatingIfNeeded: name.rawValue >> UInt64(8 * place)) else {
        throw .unexpected(offset: offset)
      }
      skip(1)
    }
  }

  /// Reads a number (RFC 8259 §6): no sign but a minus, no zero in front, digits around a point.
  @_lifetime(self: copy self)
  private mutating func number() throws(JSONError) {
    if text[offset] == UInt8(ascii: "-") { skip(1) }
    if offset < text.count, text[offset] == UInt8(ascii: "0") { skip(1) } else { try digits() }
    if offset < text.count, text[offset] == UInt8(ascii: ".") {
      skip(1)
      try digits()
    }
    if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
      skip(1)
      if offset < text.count,
        text[offset] == UInt8(ascii: "+") || text[offset] == UInt8(ascii: "-")
      {
        skip(1)
      }
      try digits()
    }
  }

  /// Reads one digit or more.
  @_lifetime(self: copy self)
  private mutating func digits() throws(JSONError) {
    let start = offset
    while offset < text.count, 0x30...0x39 ~= text[offset] { skip(1) }
    guard offset > start else {
      throw offset < text.count ? .unexpected(offset: offset) : .incomplete
    }
  }
}
