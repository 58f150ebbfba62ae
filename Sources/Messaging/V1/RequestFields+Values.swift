extension RequestFields {
  /// What an answer names.
  @inline(__always)
  func reference(in text: Span<UInt8>) -> Reference {
    Reference(id: id(in: text), ref: self[.ref].flatMap { Self.ref($0, in: text) })
  }

  /// The field `id`, if it is a string of 1 to 64 bytes.
  @inline(__always)
  private func id(in text: Span<UInt8>) -> JSONString? {
    guard let string = self[.id]?.string else { return nil }
    let count = string.utf8Count(in: text)
    return 1...Request.maximumIDBytes ~= count ? string : nil
  }

  /// A string or a number of at most 64 bytes.
  private static func ref(_ token: JSONToken, in text: Span<UInt8>) -> Range<Int>? {
    if let string = token.string {
      return string.utf8Count(in: text) <= Request.maximumRefBytes ? string.token : nil
    }
    return token.kind == .number && token.range.count <= Request.maximumRefBytes
      ? token.range : nil
  }

  /// A field that may be left out; `null` is the same as that.
  func optional(_ field: RequestField) -> JSONToken? {
    guard let token = self[field], token.kind != .null else { return nil }
    return token
  }

  /// A field that must be there.
  @inline(__always)
  func required(_ field: RequestField) throws(RequestError) -> JSONToken {
    guard let token = self[field] else { throw .missing(field) }
    return token
  }

  /// A string.
  @inline(__always)
  func string(_ field: RequestField) throws(RequestError) -> JSONString {
    guard let string = try required(field).string else { throw .invalid(field) }
    return string
  }

  /// The id of a client.
  @inline(__always)
  func target(_ field: RequestField, in text: Span<UInt8>) throws(RequestError) -> JSONString {
    try Self.target(try required(field), field, in: text)
  }

  /// The id of a client, in a field or in an array.
  @inline(__always)
  static func target(
    _ token: JSONToken,
    _ field: RequestField,
    in text: Span<UInt8>
  ) throws(RequestError) -> JSONString {
    guard let string = token.string else { throw .targetNotString(field) }
    do throws(ClientIDError) {
      try string.withBytes(in: text) { name throws(ClientIDError) in
        if 1...ClientID.maximumBytes ~= name.count,
          name.isPlainName(from: 0, to: name.count)
        {
          return
        }
        try ClientID.check(name)
      }
    } catch {
      throw .badTarget(field, error)
    }
    return string
  }

  /// A whole number from 0 to 2^53 − 1.
  func number(_ field: RequestField, in text: Span<UInt8>) throws(RequestError) -> UInt64 {
    try Self.number(try required(field), field, in: text)
  }

  /// A whole number from 0 to 2^53 − 1, if it is there.
  func optionalNumber(
    _ field: RequestField,
    in text: Span<UInt8>
  ) throws(RequestError) -> UInt64? {
    guard let token = optional(field) else { return nil }
    return try Self.number(token, field, in: text)
  }

  private static func number(
    _ token: JSONToken,
    _ field: RequestField,
    in text: Span<UInt8>
  ) throws(RequestError) -> UInt64 {
    guard token.kind == .number,
      case .whole(let number) = JSONNumber.value(text.extracting(token.range))
    else { throw .invalid(field) }
    return number
  }

  /// A number of messages: more than 100 is 100.
  func limit(in text: Span<UInt8>) throws(RequestError) -> Int {
    guard let token = optional(.limit) else { return Request.defaultLimit }
    guard token.kind == .number else { throw .invalid(.limit) }
    switch JSONNumber.value(text.extracting(token.range)) {
    case .whole(0), .other: throw .invalid(.limit)
    case .whole(let number): return Int(min(number, UInt64(Request.maximumLimit)))
    case .large: return Request.maximumLimit
    }
  }

  /// A `ref`, if there is one; here one that cannot be sent back is an error.
  func ref(_ reference: Reference) throws(RequestError) -> Range<Int>? {
    guard reference.ref != nil || optional(.ref) == nil else { throw .invalid(.ref) }
    return reference.ref
  }

  /// A media type or file name: an empty one is the same as none.
  func label(
    _ field: RequestField,
    in text: Span<UInt8>,
    where isValid: (Span<UInt8>) -> Bool
  ) throws(RequestError) -> JSONString? {
    guard let token = optional(field) else { return nil }
    guard let string = token.string else { throw .invalid(field) }
    guard !string.content.isEmpty else { return nil }
    guard string.withBytes(in: text, isValid) else { throw .invalid(field) }
    return string
  }
}
