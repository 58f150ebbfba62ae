/// Gathers one element of a message, such as a field name, whose bytes may come in several reads.
///
/// An element that lies whole in one read is never copied in here.
struct TokenBuffer {
  private var bytes: [UInt8] = []

  /// How many bytes have been kept.
  var count: Int { bytes.count }

  /// Keeps the part of the element that this read brought.
  mutating func append(_ part: Span<UInt8>) {
    for index in part.indices { bytes.append(part[index]) }
  }

  /// Ends the element with its `last` part, drops blanks at its end and forgets it.
  mutating func finish(_ last: Span<UInt8>) -> String {
    if bytes.isEmpty {
      var count = last.count
      while count > 0, last[count - 1].isBlank { count -= 1 }
      return String(repairing: last.extracting(first: count))
    }
    append(last)
    while bytes.last?.isBlank == true { bytes.removeLast() }
    defer { bytes = [] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
