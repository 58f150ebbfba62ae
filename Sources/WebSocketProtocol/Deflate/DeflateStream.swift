import CZlib

/// One direction of raw DEFLATE (RFC 1951), compressing (zlib's `deflate`).
///
/// Safe because zlib's state stands at an address of its own as long as the object lives, and zlib is
/// given the bounds of both pieces of memory, which it uses during the call only.
///
/// Trap: a system that has no memory left ends the process, as it does for any Swift object.
@safe final class DeflateStream {
  private let stream: UnsafeMutablePointer<z_stream>

  /// Makes a stream.
  ///
  /// - Parameters:
  ///   - windowBits: 9 to 15. With 8 zlib would silently use 9 and so break what was agreed.
  ///   - memoryLevel: 1 to 9. The stream takes 2^(windowBits + 2) + 2^(memoryLevel + 9) bytes and 6 KiB.
  ///   - level: 1, the fastest, to 9.
  init(windowBits: Int, memoryLevel: Int, level: Int) {
    precondition(9...15 ~= windowBits && 1...9 ~= memoryLevel && 1...9 ~= level)
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let result = unsafe deflateInit2_(
      stream,
      Int32(level),
      Z_DEFLATED,
      // Negative: raw, without zlib's own header and checksum.
      Int32(-windowBits),
      Int32(memoryLevel),
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    precondition(result == Z_OK, "deflateInit2: \(result)")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Compresses `input` from `offset` on and ends at a byte's boundary (`Z_SYNC_FLUSH`).
  ///
  /// - Parameter offset: Moves on by what has been read.
  /// - Returns: bytes written. As long as they fill `output` there are more: call again.
  func run(_ input: Span<UInt8>, from offset: inout Int, into output: inout MutableSpan<UInt8>)
    -> Int
  {
    unsafe stream.exchange(input, &offset, &output) { unsafe deflate($0, Z_SYNC_FLUSH) }.written
  }

  /// Forgets what has been compressed: what follows refers to nothing before it.
  func reset() {
    unsafe deflateReset(stream)
  }
}

/// One direction of raw DEFLATE (RFC 1951), inflating (zlib's `inflate`).
///
/// Safe for the reasons of ``DeflateStream``.
@safe final class InflateStream {
  /// How a call ended.
  enum Outcome {
    /// All input is read, or the output is full.
    case progressed
    /// A block with BFINAL has ended; what follows it is not read yet.
    case ended
    /// This is not DEFLATE, or it refers to what lies before the window.
    case corrupt
  }

  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether all blocks are whole, and the last of them ended with a byte.
  private(set) var isBetweenBlocks = false

  /// Makes a stream for any window: it takes 7 KiB, and from the first message on up to 32 KiB, of
  /// which the system gives what has been filled.
  ///
  /// A smaller window would save memory, but zlib lets a sender exceed it or not by the way in which
  /// its bytes happen to be split.
  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let result = unsafe inflateInit2_(
      stream,
      -15,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    precondition(result == Z_OK, "inflateInit2: \(result)")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Inflates `input` from `offset` on.
  ///
  /// - Parameter offset: Moves on by what has been read.
  /// - Returns: bytes written. As long as they fill `output` there may be more: call again.
  func run(_ input: Span<UInt8>, from offset: inout Int, into output: inout MutableSpan<UInt8>)
    -> (written: Int, Outcome)
  {
    let start = offset
    let (written, result) = unsafe stream.exchange(input, &offset, &output) {
      unsafe inflate($0, Z_SYNC_FLUSH)
    }
    // Unused bits + 64 in the last block + 128 after a block; not told by a call that read nothing.
    if offset > start { isBetweenBlocks = unsafe stream.pointee.data_type & 0xFF == 128 }
    switch result {
    // Z_BUF_ERROR: there was nothing to do.
    case Z_OK, Z_BUF_ERROR: return (written, .progressed)
    case Z_STREAM_END: return (written, .ended)
    default:
      precondition(result != Z_MEM_ERROR, "inflate: out of memory")
      return (written, .corrupt)
    }
  }

  /// Goes on behind a block with BFINAL, at the next byte; the window stays.
  func restart() {
    unsafe inflateResetKeep(stream)
  }

  /// Forgets all, the window too.
  func reset() {
    unsafe inflateReset(stream)
  }
}

extension UnsafeMutablePointer<z_stream> {
  /// Lends both pieces of memory to zlib for one call of `body`.
  fileprivate func exchange(
    _ input: Span<UInt8>,
    _ offset: inout Int,
    _ output: inout MutableSpan<UInt8>,
    _ body: (UnsafeMutablePointer<z_stream>) -> Int32
  ) -> (written: Int, result: Int32) {
    precondition(offset >= 0 && offset <= input.count)
    // zlib counts in 32 bits.
    let given = Swift.min(input.count - offset, 1 << 30)
    let room = Swift.min(output.count, 1 << 30)
    let result = unsafe input.withUnsafeBufferPointer { input -> Int32 in
      unsafe output.withUnsafeMutableBufferPointer { output -> Int32 in
        // zlib reads only: its header has no `const` here.
        let start = unsafe UnsafeMutablePointer<UInt8>(mutating: input.baseAddress)
        unsafe pointee.next_in = unsafe start.map { unsafe $0 + offset }
        unsafe pointee.avail_in = uInt(given)
        unsafe pointee.next_out = output.baseAddress
        unsafe pointee.avail_out = uInt(room)
        let result = unsafe body(self)
        unsafe pointee.next_in = nil
        unsafe pointee.next_out = nil
        return result
      }
    }
    unsafe offset += given - Int(pointee.avail_in)
    return (unsafe room - Int(pointee.avail_out), result)
  }
}
