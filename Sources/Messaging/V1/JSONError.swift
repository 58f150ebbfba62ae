/// Why bytes are not the JSON that the protocol takes.
public enum JSONError: Error, Equatable, Sendable {
  /// The byte at this offset does not fit (RFC 8259).
  case unexpected(offset: Int)
  /// The text ends too early.
  case incomplete
  /// Something else than an object.
  case notAnObject
  /// Arrays and objects are nested deeper than ``JSONScanner/maximumDepth``.
  case tooDeep
  /// Half of a surrogate pair (RFC 8259 §8.2), outside of `data`; where its escape begins.
  case loneSurrogate(offset: Int)
  /// An object has the same key twice, outside of `data`; where the second one begins.
  case twinKey(offset: Int)
  /// More unknown fields than ``UnknownKeys/maximumCount``.
  case tooManyKeys
  /// The header of a binary message is not UTF-8.
  case notUTF8

  /// A sentence for whoever sent it.
  public var sentence: String {
    switch self {
    case .unexpected(let offset): "This is not JSON: the byte at offset \(offset) does not fit."
    case .incomplete: "This is not JSON: it ends too early."
    case .notAnObject: "A message is a JSON object."
    case .tooDeep: "More than \(JSONScanner.maximumDepth) levels of nesting are not taken."
    case .loneSurrogate(let offset):
      "The escape at offset \(offset) is half of a surrogate pair, which no text can hold."
    case .twinKey(let offset): "The key at offset \(offset) stands twice in its object."
    case .tooManyKeys:
      "More than \(UnknownKeys.maximumCount) unknown fields in a message are not taken."
    case .notUTF8: "The header of a binary message must be UTF-8."
    }
  }
}
