/// How the body of a message is held; the numbers may be stored.
public enum BodyForm: UInt8, Sendable, CaseIterable {
  /// Text from a client of `sotto.v1`: the JSON string as it was sent, with its quotation marks.
  case text = 1
  /// Text from a client of the plain protocol: its characters as UTF-8.
  case plainText = 2
  /// Any JSON, as it was sent.
  case data = 3
  /// Any bytes.
  case binary = 4
}
