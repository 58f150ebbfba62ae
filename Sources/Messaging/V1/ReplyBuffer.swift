/// The bytes of one message of the server's while it is written.
///
/// Meant to be kept and used again for each message: its memory stays, up to ``keptBytes``. A class
/// whose bytes lie in plain memory: an array in a class would cost a record of access for each append.
/// Safe because every write makes sure of its room first, and the memory is neither moved nor freed
/// while it is lent.
@safe public final class ReplyBuffer {
  /// Memory that is kept for the next message.
  static let keptBytes = 64 * 1024
  /// Memory of a buffer that nothing large was written to.
  private static let firstBytes = 1024
  /// Bytes behind the last one that may be written, so that short pieces go as whole words.
  private static let slack = 8

  @unsafe private struct State {
    var memory: UnsafeMutableRawPointer
    /// Bytes that fit, without the slack.
    var capacity = firstBytes
    /// Bytes that are written.
    var count = 0
    var lenders = 0
  }

  private let state: UnsafeMutablePointer<State>

  /// Starts empty.
  public init() {
    unsafe state = .allocate(capacity: 1)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: Self.firstBytes + Self.slack,
      alignment: 8
    )
    unsafe state.initialize(to: State(memory: memory))
  }

  deinit {
    unsafe state.pointee.memory.deallocate()
    unsafe state.deallocate()
  }

  /// Bytes that are written.
  @inline(__always)
  public var count: Int { unsafe state.pointee.count }

  /// Lends what is written; it must not grow meanwhile.
  @inline(__always)
  public func withBytes<R>(_ body: (Span<UInt8>) -> R) -> R {
    unsafe state.pointee.lenders &+= 1
    defer { unsafe state.pointee.lenders &-= 1 }
    let bytes = unsafe UnsafeRawBufferPointer(start: state.pointee.memory, count: count)
    return unsafe body(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
  }

  /// A copy of what is written.
  public var bytes: [UInt8] { withBytes { [UInt8](copying: $0) } }

  /// Starts anew.
  @inline(__always)
  public func clear() {
    unsafe state.pointee.count = 0
    if unsafe state.pointee.capacity > Self.keptBytes { shrink() }
  }

  /// Takes back what was written after the first `count` bytes.
  func truncate(to count: Int) {
    precondition(0...self.count ~= count)
    unsafe state.pointee.count = count
  }

  /// Puts two bytes where two have been written before, the higher one first.
  func setBigEndian(_ number: UInt16, at offset: Int) {
    precondition(offset >= 0 && offset <= count - 2)
    unsafe (state.pointee.memory + offset).storeBytes(of: number.bigEndian, as: UInt16.self)
  }

  /// Adds a byte.
  @inline(__always)
  func append(_ byte: UInt8) {
    reserve(1)
    unsafe end.storeBytes(of: byte, as: UInt8.self)
    unsafe state.pointee.count += 1
  }

  /// Adds the lowest `bytes` of a word, eight at most, the lowest first.
  @inline(__always)
  func append(_ word: UInt64, bytes: Int) {
    precondition(0...8 ~= bytes)
    reserve(bytes)
    // The slack has room for those that do not count.
    unsafe end.storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe state.pointee.count += bytes
  }

  /// Adds a text of the protocol's own.
  @inline(__always)
  func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    // The bytes of a constant live as long as the process.
    unsafe end.copyMemory(from: text.utf8Start, byteCount: length)
    unsafe state.pointee.count += length
  }

  /// Adds a copy of `bytes`.
  @inline(__always)
  func append(_ bytes: Span<UInt8>) {
    let length = bytes.count
    reserve(length)
    if length <= 16, length > 0 {
      // Names and ids: a call would cost more than the copy.
      var offset = 0
      while offset + 8 <= length {
        append(bytes.word(at: offset), bytes: 8)
        offset += 8
      }
      if offset < length {
        append(bytes.word(at: offset, count: length - offset), bytes: length - offset)
      }
      return
    }
    // The pointer is used within the closure only.
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe end.copyMemory(from: start, byteCount: length)
    }
    unsafe state.pointee.count += length
  }

  /// Makes room for `more` bytes.
  @inline(__always)
  private func reserve(_ more: Int) {
    if unsafe more > state.pointee.capacity - state.pointee.count { grow(more) }
  }

  @inline(__always)
  private var end: UnsafeMutableRawPointer {
    unsafe state.pointee.memory + state.pointee.count
  }

  @inline(never)
  private func grow(_ more: Int) {
    unsafe move(to: max(count + more, 2 * state.pointee.capacity))
  }

  @inline(never)
  private func shrink() {
    guard unsafe state.pointee.lenders == 0 else { return }
    move(to: Self.firstBytes)
  }

  private func move(to bytes: Int) {
    precondition(unsafe state.pointee.lenders == 0, "the buffer is lent")
    let larger = UnsafeMutableRawPointer.allocate(byteCount: bytes + Self.slack, alignment: 8)
    unsafe larger.copyMemory(from: state.pointee.memory, byteCount: count)
    unsafe state.pointee.memory.deallocate()
    unsafe state.pointee.memory = larger
    unsafe state.pointee.capacity = bytes
  }
}
