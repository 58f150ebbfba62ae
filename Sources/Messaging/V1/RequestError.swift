/// Why a message of a `sotto.v1` client is not taken.
public enum RequestError: Error, Equatable, Sendable {
  /// It is no JSON as the protocol wants it.
  case json(JSONError)
  /// There is no `type`, or it is no string.
  case noType
  /// The `type` is none that the server knows.
  case unknownType
  /// A binary message of another `type` than `send`.
  case notSend
  /// A field that must be there is not.
  case missing(RequestField)
  /// A field is not what it must be: see `RequestField.rule`.
  case invalid(RequestField)
  /// Both `text` and `data`, or neither.
  case notOneBody
  /// `text` or `data` in the header of a binary message, whose body follows it.
  case bodyInHeader
  /// The first bytes of a binary message announce a longer header than there is.
  case headerLength
  /// More clients than ``Request/maximumPeers`` in `peers`.
  case tooManyPeers
  /// An id of a client that cannot be one.
  case badTarget(RequestField, ClientIDError)
  /// Something else than a string where the id of a client must be.
  case targetNotString(RequestField)

  /// What an `error` calls it.
  public var code: ErrorCode {
    switch self {
    case .badTarget, .targetNotString: .badTarget
    default: .badRequest
    }
  }

  /// A sentence for whoever sent it.
  public var sentence: String {
    switch self {
    case .json(let error): error.sentence
    case .noType: "A message needs a \"type\", which is a string."
    case .unknownType: "The \"type\" is none of: \(Request.typeNames.joined(separator: ", "))."
    case .notSend: "The \"type\" of a binary message must be \"send\"."
    case .missing(let field): "The field \"\(field)\" is missing: it is \(field.rule)."
    case .invalid(let field): "The field \"\(field)\" must be \(field.rule)."
    case .notOneBody: "A message has either \"text\" or \"data\", and this one has both or neither."
    case .bodyInHeader:
      "A binary message has its body behind the header, not as \"text\" or \"data\"."
    case .headerLength:
      "A binary message begins with the length of its header in two bytes, the higher one first."
    case .tooManyPeers: "At most \(Request.maximumPeers) clients can be watched."
    case .badTarget(let field, let error): "\(error.sentence) (In \"\(field)\".)"
    case .targetNotString(let field): "A client id is a string. (In \"\(field)\".)"
    }
  }
}

/// A message that is not taken, and what an answer to it names.
public struct Refusal: Error, Equatable, Sendable {
  /// Why.
  public let error: RequestError
  /// As much of it as could be read; ranges of the message's bytes.
  public let reference: Reference
}

/// What an answer names, so that its reader knows what it answers: ranges of a message's bytes.
public struct Reference: Hashable, Sendable {
  /// The message's `id`, of 1 to 64 bytes.
  public let id: JSONString?
  /// The message's `ref`, a string or number, to be sent back byte for byte.
  public let ref: Range<Int>?
}
