/// Header fields in the order they came, under names that ignore case (RFC 9110 §5).
///
///     var fields: HTTPFields = ["Content-Type": "text/html"]
///     fields.first("content-type")   // "text/html"
///
/// They are kept as bytes, and become strings only when they are asked for: of a browser's fifteen
/// hardly any is.
public struct HTTPFields: Sendable {
  /// Where a field ends in `text`; it begins where the one before it ends.
  private struct Ends: Equatable {
    let name: Int32
    let value: Int32
  }

  /// Names and values behind one another.
  private var text: [UInt8] = []
  private var ends: [Ends] = []

  /// No fields.
  public init() {}

  /// Adds a field behind the others; one of the same name stays.
  ///
  /// Trap: both must be valid, so that no value can start a line of its own (`isName`, `isValue`).
  public mutating func append(_ name: String, _ value: String) {
    precondition(Self.isName(name), "no field name: \(name)")
    precondition(Self.isValue(value), "no value for a field: \(name)")
    appendChecked(name.utf8.span, value.utf8.span)
  }

  /// Makes this the only field of its name.
  ///
  /// Trap: as `append`.
  public mutating func set(_ name: String, _ value: String) {
    var others = HTTPFields()
    for place in ends.indices where !isNamed(name.utf8.span, at: place) {
      others.appendChecked(self.name(at: place), self.value(at: place))
    }
    self = others
    append(name, value)
  }

  /// The value of the first field of that name.
  public func first(_ name: String) -> String? {
    place(of: name).map { String(repairing: value(at: $0)) }
  }

  /// The values of all fields of that name.
  public func all(_ name: String) -> [String] {
    var values: [String] = []
    var next = place(of: name)
    while let place = next {
      values.append(String(repairing: value(at: place)))
      next = self.place(of: name, from: place + 1)
    }
    return values
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
    var next = place(of: name)
    while let place = next {
      if value(at: place).hasMember(token.utf8.span) { return true }
      next = self.place(of: name, from: place + 1)
    }
    return false
  }

  /// Whether `text` can be the name of a field (RFC 9110 §5.1).
  public static func isName(_ text: String) -> Bool { text.isToken }

  /// Whether `text` can be the value of a field: without control characters, and without blanks
  /// at its ends (RFC 9110 §5.5).
  public static func isValue(_ text: String) -> Bool {
    let bytes = text.utf8.span
    guard bytes.count > 0 else { return true }
    return !bytes[0].isBlank && !bytes[bytes.count - 1].isBlank
      && text.consists(of: \.isFieldCharacter)
  }
}

// What parser and writers of heads need: places instead of strings.
extension HTTPFields {
  /// The places of all fields, in their order.
  var places: Range<Int> { ends.indices }

  /// The first place from `start` on of a field of that name.
  func place(of name: String, from start: Int = 0) -> Int? {
    let name = name.utf8.span
    let text = text.span
    let ends = ends.span
    var place = start
    var begin = self.start(of: start)
    while place < ends.count {
      let end = ends[place]
      // Names differ in their lengths, mostly.
      if Int(end.name) - begin == name.count,
        text.extracting(begin..<Int(end.name)).equalsIgnoringCase(name)
      {
        return place
      }
      begin = Int(end.value)
      place += 1
    }
    return nil
  }

  /// The place of a field that is the only one of that name.
  func onlyPlace(of name: String) -> Int? {
    guard let place = place(of: name), self.place(of: name, from: place + 1) == nil else {
      return nil
    }
    return place
  }

  /// The name as it was written.
  @_lifetime(borrow self)
  func name(at place: Int) -> Span<UInt8> {
    text.span.extracting(start(of: place)..<Int(ends[place].name))
  }

  /// The value as it was sent, which need not be UTF-8.
  @_lifetime(borrow self)
  func value(at place: Int) -> Span<UInt8> {
    text.span.extracting(Int(ends[place].name)..<Int(ends[place].value))
  }

  private func start(of place: Int) -> Int {
    place == 0 ? 0 : Int(ends[place - 1].value)
  }

  private func isNamed(_ name: Span<UInt8>, at place: Int) -> Bool {
    self.name(at: place).equalsIgnoringCase(name)
  }

  /// Adds a field that is known to be valid.
  mutating func appendChecked(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    text.append(copying: name)
    let end = text.count
    text.append(copying: value)
    ends.append(Ends(name: Int32(end), value: Int32(text.count)))
  }

  /// Adds a part of a name or value whose end has not come yet.
  mutating func appendPart(_ part: Span<UInt8>) {
    // A browser sends about 15 fields of 600 bytes: room for them at once saves the moves.
    if text.isEmpty {
      text.reserveCapacity(512)
      ends.reserveCapacity(16)
    }
    text.append(copying: part)
  }

  /// Bytes that have come of a field that is not complete.
  var partCount: Int { text.count - start(of: ends.count) }

  /// Makes a field of what has come in parts, without the blanks at the end of its value.
  mutating func endField(nameCount: Int) {
    let end = start(of: ends.count) + nameCount
    while text.count > end, text[text.count - 1].isBlank { text.removeLast() }
    ends.append(Ends(name: Int32(end), value: Int32(text.count)))
  }
}

extension HTTPFields: Sequence {
  /// Goes through the fields in their order.
  public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
    places.lazy.map {
      (name: String(repairing: name(at: $0)), value: String(repairing: value(at: $0)))
    }.makeIterator()
  }
}

extension HTTPFields: Equatable {
  /// Whether both hold the same fields, spelt alike, in the same order.
  public static func == (left: HTTPFields, right: HTTPFields) -> Bool {
    left.text == right.text && left.ends == right.ends
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
