import Messaging

/// A JSON value (RFC 8259) that is about to be sent.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(UInt64)
  case string(String)
  case array([JSONValue])
  /// Names and values, in this order.
  case object([Member])

  /// A name and a value.
  struct Member: Equatable {
    let name: String
    let value: JSONValue
  }

  /// `null` for none.
  static func optional(_ number: UInt64?) -> JSONValue { number.map { .number($0) } ?? .null }

  /// As it is sent.
  var bytes: [UInt8] {
    let text = ReplyBuffer()
    write(to: text)
    return text.bytes
  }

  private func write(to text: ReplyBuffer) {
    switch self {
    case .null: text.append("null")
    case .bool(let isTrue): text.append(isTrue ? "true" : "false")
    case .number(let number): text.append(decimal: number)
    case .string(let string): text.appendString(string)
    case .array(let values):
      text.append("[")
      for (place, value) in values.enumerated() {
        if place > 0 { text.append(",") }
        value.write(to: text)
      }
      text.append("]")
    case .object(let members):
      text.append("{")
      for (place, member) in members.enumerated() {
        if place > 0 { text.append(",") }
        text.appendString(member.name)
        text.append(":")
        member.value.write(to: text)
      }
      text.append("}")
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// Takes members in the order written.
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
}
