/// An extension that a client offers in `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
///
///     permessage-deflate; client_max_window_bits; server_max_window_bits="10"
public struct ExtensionOffer: Equatable, Sendable {
  /// A parameter of an offer.
  public struct Parameter: Equatable, Sendable {
    /// As it was sent.
    public let name: String
    /// A token, without quotes if it had any; `nil` when there is none.
    public let value: String?
  }

  /// A registered name, such as `permessage-deflate`.
  public let name: String
  /// In the order in which they came; a name may occur more than once.
  public let parameters: [Parameter]

  /// The offers of all header fields, the preferred one first.
  ///
  /// What does not follow the grammar is left out up to the next comma. §9.1 would have the connection
  /// fail for it; but what is left out is never agreed to, so that nobody can mistake the other, and
  /// a client is not shut out for the sake of what it can do without.
  public static func parse(_ fields: [String]) -> [ExtensionOffer] {
    fields.flatMap { field in
      elements(of: Array(field.utf8)).compactMap { element in
        var parser = Parser(rest: element)
        return parser.offer()
      }
    }
  }

  /// Splits a list at its commas, but not within quotes.
  private static func elements(of field: [UInt8]) -> [ArraySlice<UInt8>] {
    var elements: [ArraySlice<UInt8>] = []
    var start = 0
    var isQuoted = false
    var isEscaped = false
    for (index, byte) in field.enumerated() {
      if isEscaped {
        isEscaped = false
      } else if byte == .quote {
        isQuoted.toggle()
      } else if isQuoted {
        isEscaped = byte == .backslash
      } else if byte == .comma {
        elements.append(field[start..<index])
        start = index + 1
      }
    }
    return elements + [field[start...]]
  }

  /// Reads one element of the list; each step is `nil` when what comes is something else.
  private struct Parser {
    var rest: ArraySlice<UInt8>

    // extension = extension-token *( ";" extension-param )
    mutating func offer() -> ExtensionOffer? {
      guard let name = token() else { return nil }
      var parameters: [Parameter] = []
      while skip(.semicolon) {
        guard let parameter = parameter() else { return nil }
        parameters.append(parameter)
      }
      return rest.isEmpty ? ExtensionOffer(name: name, parameters: parameters) : nil
    }

    // extension-param = token [ "=" (token | quoted-string) ]
    private mutating func parameter() -> Parameter? {
      guard let name = token() else { return nil }
      guard skip(.equals) else { return Parameter(name: name, value: nil) }
      guard let value = rest.first == .quote ? quoted() : token() else { return nil }
      return Parameter(name: name, value: value)
    }

    private mutating func token() -> String? {
      skipBlanks()
      let token = rest.prefix(while: \.isTokenCharacter)
      guard !token.isEmpty else { return nil }
      rest = rest[token.endIndex...]
      skipBlanks()
      return String(decoding: token, as: UTF8.self)
    }

    // "the value after quoted-string unescaping MUST conform to the 'token' ABNF"
    private mutating func quoted() -> String? {
      rest.removeFirst()
      var value: [UInt8] = []
      while let byte = rest.popFirst() {
        if byte == .quote {
          guard !value.isEmpty else { return nil }
          skipBlanks()
          return String(decoding: value, as: UTF8.self)
        }
        guard let byte = byte == .backslash ? rest.popFirst() : byte, byte.isTokenCharacter else {
          return nil
        }
        value.append(byte)
      }
      return nil
    }

    /// Blanks go with the mark before them, as everywhere in HTTP.
    private mutating func skip(_ mark: UInt8) -> Bool {
      guard rest.first == mark else { return false }
      rest.removeFirst()
      skipBlanks()
      return true
    }

    private mutating func skipBlanks() {
      rest = rest.drop(while: \.isBlank)
    }
  }
}

extension UInt8 {
  fileprivate static let semicolon = UInt8(ascii: ";")
  fileprivate static let equals = UInt8(ascii: "=")
  fileprivate static let backslash = UInt8(ascii: "\\")
}
