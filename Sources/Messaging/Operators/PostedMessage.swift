/// A message that a back end sends in somebody's name: a JSON object with `from`, `to`, `text` or
/// `data`, and an `id` if it may come twice.
///
/// The rules are those of a `send` of `sotto.v1`: other fields are ignored, and no key of what is not
/// `data` stands twice.
public struct PostedMessage: Equatable, Sendable {
  /// Who is to be its sender.
  public let from: ClientID
  /// Who gets it.
  public let to: ClientID
  /// 1 to 64 bytes that do not begin with `~`; `nil` when the server is to choose one.
  public let id: [UInt8]?
  /// `text` or `data`.
  public let form: BodyForm
  /// The JSON value as it was sent; a string with its quotation marks.
  public let body: [UInt8]

  private enum Field {
    case from, to, id, text, data
  }

  /// Reads a message.
  ///
  /// - Parameter text: Any bytes.
  /// - Throws: `PostedMessageError`.
  public init(_ text: Span<UInt8>) throws(PostedMessageError) {
    guard (try? UTF8Span(validating: text)) != nil else { throw .notUTF8 }
    var found: [Field: JSONToken] = [:]
    do throws(JSONError) {
      found = try Self.fields(of: text)
    } catch {
      throw .json(error)
    }
    from = try Self.client(found[.from], "from", in: text)
    to = try Self.client(found[.to], "to", in: text)
    if let token = found[.id] {
      guard let bytes = token.string?.unescaped(in: text),
        1...Request.maximumIDBytes ~= bytes.count, bytes[0] != UInt8(ascii: "~")
      else { throw .badID }
      id = bytes
    } else {
      id = nil
    }
    switch (found[.text], found[.data]) {
    case (let token?, nil):
      guard token.string != nil else { throw .badText }
      (form, body) = (.text, [UInt8](copying: text.extracting(token.range)))
    case (nil, let token?):
      (form, body) = (.data, [UInt8](copying: text.extracting(token.range)))
    default: throw .notOneBody
    }
  }

  private static func fields(of text: Span<UInt8>) throws(JSONError) -> [Field: JSONToken] {
    var found: [Field: JSONToken] = [:]
    var scanner = JSONScanner(text)
    var keys = UnknownKeys()
    guard try scanner.peek() == UInt8(ascii: "{") else { throw .notAnObject }
    scanner.skip(1)
    if try scanner.peek() == UInt8(ascii: "}") {
      scanner.skip(1)
      try scanner.end()
      return found
    }
    while true {
      guard try scanner.peek() == UInt8(ascii: "\"") else {
        throw .unexpected(offset: scanner.offset)
      }
      let key = try scanner.string(.strict)
      try keys.insert(key, in: text)
      let field = field(named: String(decoding: key.unescaped(in: text), as: UTF8.self))
      try scanner.take(UInt8(ascii: ":"))
      // It is passed on as it is, so only its grammar counts.
      let rules: JSONScanner.Rules = field == .data ? .grammar : .strict
      let value = try scanner.value(rules, depth: 1, keys: &keys)
      if let field { found[field] = value }
      guard try scanner.peek() == UInt8(ascii: ",") else {
        try scanner.take(UInt8(ascii: "}"))
        try scanner.end()
        return found
      }
      scanner.skip(1)
    }
  }

  private static func field(named name: String) -> Field? {
    switch name {
    case "from": .from
    case "to": .to
    case "id": .id
    case "text": .text
    case "data": .data
    default: nil
    }
  }

  private static func client(
    _ token: JSONToken?,
    _ field: String,
    in text: Span<UInt8>
  ) throws(PostedMessageError) -> ClientID {
    guard let token else { throw .missing(field) }
    guard let string = token.string else { throw .notString(field) }
    do throws(ClientIDError) {
      return try ClientID(string.unescaped(in: text).span)
    } catch {
      throw .badClient(field, error)
    }
  }
}

/// Why bytes are no ``PostedMessage``.
public enum PostedMessageError: Error, Equatable, Sendable {
  /// The bytes are not UTF-8.
  case notUTF8
  /// It is no JSON as the protocol wants it.
  case json(JSONError)
  /// A field that must be there is not.
  case missing(String)
  /// Something else than a string where the id of a client must be.
  case notString(String)
  /// An id that no client can have.
  case badClient(String, ClientIDError)
  /// The message's id is none.
  case badID
  /// `text` is no string.
  case badText
  /// Both `text` and `data`, or neither.
  case notOneBody

  /// What an answer calls it.
  public var code: ErrorCode {
    switch self {
    case .notString, .badClient: .badTarget
    default: .badRequest
    }
  }

  /// A sentence for whoever sent it.
  public var sentence: String {
    switch self {
    case .notUTF8: "The body must be UTF-8."
    case .json(let error): error.sentence
    case .missing(let field): "The field \"\(field)\" is missing: it is the id of a client."
    case .notString(let field): "A client id is a string. (In \"\(field)\".)"
    case .badClient(let field, let error): "\(error.sentence) (In \"\(field)\".)"
    case .badID:
      "The field \"id\" must be a string of 1 to 64 bytes that does not begin with \"~\"."
    case .badText: "The field \"text\" must be a string."
    case .notOneBody: RequestError.notOneBody.sentence
    }
  }
}
