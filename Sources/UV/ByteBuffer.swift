/// Bytes at a fixed address with one owner: what can be given to libuv without a copy.
///
/// Safe because the memory has a single owner (the type is not copyable), is freed when that owner
/// ends, and every access is checked against `capacity` or `count` first.
@safe public struct ByteBuffer: ~Copyable {
  @usableFromInline let start: UnsafeMutableRawPointer
  /// Bytes that fit.
  public let capacity: Int
  /// Bytes that are in.
  public private(set) var count = 0

  /// Takes memory for `capacity` bytes, at least one.
  public init(capacity: Int) {
    precondition(capacity > 0)
    self.capacity = capacity
    // 16: what malloc gives anyway.
    unsafe start = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    unsafe start.deallocate()
  }

  /// Bytes that still fit.
  public var free: Int { capacity - count }

  /// Adds bytes at the end; they must fit.
  public mutating func append(_ bytes: Span<UInt8>) {
    precondition(bytes.count <= free)
    guard bytes.count > 0 else { return }
    // In bounds by the line above; the source is another object's memory.
    unsafe bytes.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe (start + count).copyMemory(from: source, byteCount: bytes.count)
    }
    count += bytes.count
  }

  /// Drops all bytes and keeps the memory.
  public mutating func removeAll() {
    count = 0
  }

  /// What is in, readable for the call.
  public func withBytes<R>(_ body: (Span<UInt8>) throws -> R) rethrows -> R {
    // `count` bytes are initialised, and `self` is borrowed for the call.
    let bytes = unsafe UnsafeBufferPointer(
      start: start.assumingMemoryBound(to: UInt8.self), count: count)
    return unsafe try body(bytes.span)
  }

  /// Has `body` write at the end and say how many bytes it wrote.
  mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    let written = unsafe body(UnsafeMutableRawBufferPointer(start: start + count, count: free))
    precondition(written <= free)
    count += max(written, 0)
    return written
  }
}
