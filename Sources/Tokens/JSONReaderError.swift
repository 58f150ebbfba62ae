/// Why something is not the JSON that is wanted.
public enum JSONReaderError: Error, Equatable, Sendable {
  /// It is no UTF-8.
  case notUTF8
  /// It breaks the grammar (RFC 8259 §2).
  case syntax
  /// Arrays and objects are nested more than ``JSONReader/maximumDepth`` deep.
  case tooDeep
  /// An object has the same key twice: each reader would pick another one (RFC 7515 §5.2, 4).
  case twinKey
  /// A string has half of a surrogate pair.
  case loneSurrogate
  /// It is no object.
  case notAnObject

  /// What is wrong, as a part of a sentence.
  var clause: String {
    switch self {
    case .notUTF8: "it is not UTF-8"
    case .syntax: "it is not JSON"
    case .tooDeep: "it is nested too deeply"
    case .twinKey: "the same key is in it twice"
    case .loneSurrogate: "it has half of a surrogate pair"
    case .notAnObject: "it is not a JSON object"
    }
  }
}
