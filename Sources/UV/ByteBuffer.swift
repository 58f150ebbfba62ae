/// Bytes at a fixed address: what can be given to libuv without a copy.
///
/// Safe because the memory lives as long as the object, libuv holds the object while it reads or
/// writes, and every access is checked against `capacity` or `count` first.
@safe public final class ByteBuffer {
  let start: UnsafeMutableRawPointer
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

  /// Adds bytes at the end; they must fit.
  public func append(_ bytes: Span<UInt8>) {
    precondition(bytes.count <= capacity - count)
    // In bounds by the line above; the source is another object's memory.
    unsafe bytes.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe (start + count).copyMemory(from: source, byteCount: bytes.count)
    }
    count += bytes.count
  }

  /// What is in, readable for the call.
  public func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    // `count` bytes are initialised, and they only ever grow.
    let bytes = unsafe UnsafeBufferPointer(
      start: start.assumingMemoryBound(to: UInt8.self),
      count: count
    )
    return unsafe try body(bytes.span)
  }

  /// Says that libuv wrote `count` bytes at the end.
  func advance(by written: Int) {
    precondition(written >= 0 && written <= capacity - count)
    count += written
  }
}
