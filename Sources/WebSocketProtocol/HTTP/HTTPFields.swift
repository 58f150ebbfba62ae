/// Header fields in the order they came, under names that ignore case (RFC 9110 §5).
///
///     var fields: HTTPFields = ["Content-Type": "text/html"]
///     fields.first("content-type")   // "text/html"
public struct HTTPFields: Sendable {
  private var fields: [(name: String, value: String)] = []

  /// No fields.
  public init() {}

  /// Adds a field behind the others; one of the same name stays.
  ///
  /// Trap: both must be valid, so that no value can start a line of its own (`isName`, `isValue`).
  public mutating func append(_ name: String, _ value: String) {
    precondition(Self.isName(name), "no field name: \(name)")
    precondition(Self.isValue(value), "no value for a field: \(name)")
    appendChecked(name, value)
  }

  /// Makes this the only field of its name.
  ///
  /// Trap: as `append`.
  public mutating func set(_ name: String, _ value: String) {
    fields.removeAll { $0.name.equalsIgnoringCase(name) }
    append(name, value)
  }

  /// The value of the first field of that name.
  public func first(_ name: String) -> String? {
    fields.first { $0.name.equalsIgnoringCase(name) }?.value
  }

  /// The values of all fields of that name.
  public func all(_ name: String) -> [String] {
    fields.lazy.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
  }

  /// The members of a comma-separated list, which may be spread over several fields, without its
  /// empty ones (RFC 9110 §5.6.1).
  ///
  /// Quoted strings are not understood: for lists of tokens only.
  public func tokens(in name: String) -> [String] {
    all(name).flatMap { value in value.members.filter { !$0.isEmpty } }
  }

  /// Whether the list `name` has a member that equals `token`, case aside.
  public func containsToken(_ token: String, in name: String) -> Bool {
    fields.contains { $0.name.equalsIgnoringCase(name) && $0.value.hasMember(token) }
  }

  /// Whether `text` can be the name of a field (RFC 9110 §5.1).
  public static func isName(_ text: String) -> Bool { text.isToken }

  /// Whether `text` can be the value of a field: without control characters, and without blanks
  /// at its ends (RFC 9110 §5.5).
  public static func isValue(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return true }
    return !first.isBlank && !last.isBlank && text.consists(of: \.isFieldCharacter)
  }

  /// Adds a field that the parser has found valid.
  mutating func appendChecked(_ name: String, _ value: String) {
    // A browser sends about 15: room for them at once saves four moves.
    if fields.isEmpty { fields.reserveCapacity(16) }
    fields.append((name, value))
  }
}

extension HTTPFields: Sequence {
  /// Goes through the fields in their order.
  public func makeIterator() -> IndexingIterator<[(name: String, value: String)]> {
    fields.makeIterator()
  }
}

extension HTTPFields: Equatable {
  /// Whether both hold the same fields, spelt alike, in the same order.
  public static func == (left: HTTPFields, right: HTTPFields) -> Bool {
    left.fields.elementsEqual(right.fields, by: ==)
  }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
  /// Takes fields in the order written; a name may occur more than once.
  ///
  /// Trap: as `append`.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }
}
