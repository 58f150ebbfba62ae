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
    /// The last number of more than eight digits, and its digits, the first one lowest.
    var number: UInt64 = 0
    var digits: (UInt64, UInt64) = (0, 0)
    var digitCount = 0
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
    unsafe state.pointee.count &+= 1
  }

  /// Adds the lowest `bytes` of a word, eight at most, the lowest first.
  @inline(__always)
  func append(_ word: UInt64, bytes: Int) {
    precondition(0...8 ~= bytes)
    reserve(bytes)
    // The slack has room for those that do not count.
    unsafe end.storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe state.pointee.count &+= bytes
  }

  /// Adds a text of the protocol's own.
  @inline(__always)
  public func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    // The bytes of a constant live as long as the process.
    unsafe end.copyMemory(from: text.utf8Start, byteCount: length)
    unsafe state.pointee.count &+= length
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
    unsafe state.pointee.count &+= length
  }

  /// Adds a JSON string with these characters, in one pass, if it needs no escapes.
  ///
  /// - Returns: false, and nothing is added, if it does.
  func appendPlainString(_ text: Span<UInt8>) -> Bool {
    let length = text.count
    reserve(length &+ 2)
    let start = unsafe end
    unsafe start.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    var marks: UInt64 = 0
    var offset = 0
    while let word = text.wordIfThere(at: offset) {
      marks |= stringMarks(in: word)
      unsafe (start + (offset &+ 1)).storeBytes(of: word.littleEndian, as: UInt64.self)
      offset &+= 8
    }
    if offset < length {
      if let word = text.wordIfThere(at: length &- 8) {
        // The last word goes over some of the one before.
        marks |= stringMarks(in: word)
        unsafe (start + (length &- 7)).storeBytes(of: word.littleEndian, as: UInt64.self)
      } else {
        let word = text.word(at: 0, count: length)
        // Zeros stand for what is missing, and are marks: spaces take their place.
        let missing = 0x2020_2020_2020_2020 &<< UInt64(truncatingIfNeeded: 8 &* length)
        marks |= stringMarks(in: word | missing)
        // The slack has room for what does not count.
        unsafe (start + 1).storeBytes(of: word.littleEndian, as: UInt64.self)
      }
    }
    guard marks == 0 else { return false }
    unsafe (start + (length &+ 1)).storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    unsafe state.pointee.count &+= length &+ 2
    return true
  }

  /// Adds the digits of the number that ``keep(_:_:count:of:)`` was called with last, if it is this one.
  @inline(__always)
  func appendKept(_ number: UInt64) -> Bool {
    guard unsafe state.pointee.number == number, unsafe state.pointee.digitCount > 0 else {
      return false
    }
    reserve(16)
    // There is room for both words.
    unsafe end.storeBytes(of: state.pointee.digits.0.littleEndian, as: UInt64.self)
    unsafe (end + 8).storeBytes(of: state.pointee.digits.1.littleEndian, as: UInt64.self)
    unsafe state.pointee.count &+= state.pointee.digitCount
    return true
  }

  /// Keeps the digits of a number, at most sixteen: mostly a time, which the next message has as well.
  @inline(__always)
  func keep(_ first: UInt64, _ second: UInt64, count: Int, of number: UInt64) {
    precondition(0...16 ~= count)
    unsafe state.pointee.number = number
    unsafe state.pointee.digits = (first, second)
    unsafe state.pointee.digitCount = count
  }

  /// Makes room for `more` bytes.
  @inline(__always)
  private func reserve(_ more: Int) {
    // Neither can overflow: there are never more bytes than fit.
    if unsafe more > state.pointee.capacity &- state.pointee.count { grow(more) }
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
