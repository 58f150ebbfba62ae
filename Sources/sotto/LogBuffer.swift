/// Lines that a descriptor did not take yet, never more than `capacity` bytes of them.
///
/// What does not fit is dropped and counted. As soon as there is room, one line that says how many
/// were dropped takes their place, before any later line.
struct LogBuffer {
  /// 64 KiB hold some 500 lines and are as much as a pipe holds (pipe(7)).
  static let defaultCapacity = 64 * 1024
  /// One write at the most: `PIPE_BUF` bytes, which a pipe takes all or none (pipe(7)).
  static let chunk = 4096

  let capacity: Int
  /// How many lines were lost since the last line that told so.
  private(set) var dropped = 0

  private var bytes: [UInt8] = []
  /// How many of `bytes` are written.
  private var written = 0

  init(capacity: Int = Self.defaultCapacity) {
    self.capacity = capacity
  }

  var isEmpty: Bool { bytes.isEmpty }

  /// Adds `line`, or counts it when there is no room for it.
  ///
  /// - Parameter report: Makes the line that tells how many were dropped.
  mutating func append(_ line: String, report: (_ dropped: Int) -> String) {
    reportDropped(report)
    if dropped > 0 || !add(line) { dropped += 1 }
  }

  /// Adds the line about what was dropped, if something was and there is room.
  mutating func reportDropped(_ report: (_ dropped: Int) -> String) {
    if dropped > 0, add(report(dropped)) { dropped = 0 }
  }

  /// Writes as much as `write` takes, in whole lines where they are no longer than a chunk.
  mutating func drain(to write: (ArraySlice<UInt8>) -> WriteResult) {
    while written < bytes.count {
      switch write(nextChunk) {
      case .wrote(let count):
        written += count
      case .full:
        return
      case .gone:
        dropped += bytes[written...].count { $0 == UInt8(ascii: "\n") }
        written = bytes.count
      }
    }
    bytes.removeAll(keepingCapacity: true)
    written = 0
  }

  private var nextChunk: ArraySlice<UInt8> {
    let chunk = bytes[written...].prefix(Self.chunk)
    // Others may write to the same pipe: their lines must not come into the middle of ours.
    guard let lineBreak = chunk.lastIndex(of: UInt8(ascii: "\n")) else { return chunk }
    return chunk[...lineBreak]
  }

  private mutating func add(_ line: String) -> Bool {
    guard bytes.count - written + line.utf8.count <= capacity else { return false }
    bytes.removeFirst(written)
    written = 0
    bytes.append(contentsOf: line.utf8)
    return true
  }
}

/// How a write ended.
enum WriteResult: Equatable, Sendable {
  /// So many bytes were taken, at least one.
  case wrote(Int)
  /// Not now.
  case full
  /// Nobody will ever read it.
  case gone
}
