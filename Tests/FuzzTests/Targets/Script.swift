/// An input as a list of instructions: bytes that are taken one after the other.
struct Script {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether there is nothing more to take.
  var isAtEnd: Bool { offset >= bytes.count }

  /// The next byte; 0 at the end.
  mutating func byte() -> UInt8 {
    guard offset < bytes.count else { return 0 }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// The next line feed ends it, or the end of the input.
  mutating func line() -> [UInt8] {
    let line = bytes[offset...].prefix { $0 != UInt8(ascii: "\n") }
    offset = min(line.endIndex + 1, bytes.count)
    return Array(line)
  }
}
