import Glibc

/// Plain memory for a number of elements that never changes: no reference counts, no copies, and no
/// record of an access for each change, all of which the load generator would pay for each message.
///
/// Safe because the memory lives as long as the object, and each access is checked against `count`
/// before it is made.
@safe final class FixedArray<Element: BitwiseCopyable> {
  /// Elements, all of them initialised.
  let count: Int
  private let start: UnsafeMutablePointer<Element>

  /// Takes memory for `count` elements.
  init(repeating element: Element, count: Int) {
    precondition(count >= 0)
    self.count = count
    unsafe start = .allocate(capacity: max(count, 1))
    unsafe start.initialize(repeating: element, count: count)
  }

  deinit {
    unsafe start.deallocate()
  }

  /// The element at a place; it is copied out and in.
  subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(index >= 0 && index < count)
      return unsafe start[index]
    }
    @inline(__always) set {
      precondition(index >= 0 && index < count)
      unsafe start[index] = newValue
    }
  }
}

extension FixedArray<UInt8> {
  /// Copies bytes to `offset`.
  func copy(_ bytes: Span<UInt8>, to offset: Int) {
    precondition(offset >= 0 && offset <= count && bytes.count <= count - offset)
    // In bounds by the line above; a span is another object's memory.
    unsafe bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(start + offset).copyMemory(
        from: base,
        byteCount: source.count
      )
    }
  }

  /// Copies `size` bytes at `source` of another array to `offset`.
  @inline(__always)
  func copy(_ size: Int, of other: FixedArray<UInt8>, at source: Int, to offset: Int) {
    precondition(size >= 0 && offset >= 0 && offset <= count && size <= count - offset)
    precondition(other !== self && source >= 0 && source <= other.count)
    precondition(size <= other.count - source)
    // In bounds of both by the lines above, and two objects do not overlap.
    unsafe UnsafeMutableRawPointer(start + offset).copyMemory(
      from: other.start + source,
      byteCount: size
    )
  }

  /// Stores eight bytes, the first of them the lowest of `word`.
  @inline(__always)
  func store(_ word: UInt64, at offset: Int) {
    precondition(offset >= 0 && offset <= count - 8)
    // In bounds by the line above.
    unsafe UnsafeMutableRawPointer(start + offset).storeBytes(
      of: word.littleEndian,
      as: UInt64.self
    )
  }

  /// Whether `size` bytes of `bytes` from `position` on are those at `offset`.
  @inline(__always)
  func isEqual(to bytes: Span<UInt8>, at position: Int, count size: Int, from offset: Int) -> Bool {
    precondition(size >= 0 && offset >= 0 && offset <= count && size <= count - offset)
    precondition(position >= 0 && position <= bytes.count && size <= bytes.count - position)
    guard size > 0 else { return true }
    // In bounds of both by the lines above.
    return unsafe bytes.withUnsafeBytes { given in
      guard let base = given.baseAddress else { return false }
      return unsafe memcmp(base + position, start + offset, size) == 0
    }
  }

  /// Runs `body` with the first `size` bytes.
  @inline(__always)
  func withBytes<R, E>(_ size: Int, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    precondition(size >= 0 && size <= count)
    // Initialised, and the object is held for the call.
    return unsafe try body(UnsafeBufferPointer(start: start, count: size).span)
  }

  /// Runs `body` with `size` bytes from `offset` on.
  @inline(__always)
  func withBytes<R, E>(
    _ size: Int,
    from offset: Int,
    _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    precondition(size >= 0 && offset >= 0 && offset <= count && size <= count - offset)
    // Initialised, and the object is held for the call.
    return unsafe try body(UnsafeBufferPointer(start: start + offset, count: size).span)
  }
}

extension Span<UInt8> {
  /// The eight bytes from `offset` on, the first of them lowest.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= count - 8)
    // In bounds by the line above.
    return unsafe withUnsafeBytes {
      unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
  }
}
