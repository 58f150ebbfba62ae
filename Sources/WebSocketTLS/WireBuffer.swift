import COpenSSL
import Glibc

/// Where OpenSSL finds what has come over the wire, and leaves what is to go there: a BIO of our own.
///
/// One is shared by all connections of a ``TLSContext``, so that none has buffers of its own: what has
/// come is read where it lies, and what is to go is taken away before another connection's turn.
/// Safe because the input is only there for the call in which it is lent, every copy is bounded by what
/// is left of it, and the output's memory belongs to this object, which outlives the BIO's users: each
/// of them holds it.
@safe final class WireBuffer {
  /// Bytes of plain text that are opened before they are handed on.
  static let plainBytes = 256 * 1024
  /// Output that is kept for the next one's use; larger memory is given back.
  private static let keptBytes = 256 * 1024

  /// OpenSSL's object, which names this one in its data.
  let bio: OpaquePointer
  /// Where plain text is opened to, for one connection at a time.
  let plain: UnsafeMutableRawBufferPointer
  private var input: UnsafeRawBufferPointer
  private var output: UnsafeMutableRawPointer
  private var capacity = 32 * 1024
  /// Bytes of output.
  private(set) var count = 0

  /// - Throws: `TLSError` when there is no memory.
  init() throws(TLSError) {
    guard let method = unsafe Self.method, let bio = unsafe BIO_new(method) else {
      throw TLSError.ofOpenSSL("TLS cannot be set up")
    }
    unsafe self.bio = bio
    unsafe plain = .allocate(byteCount: Self.plainBytes, alignment: 16)
    unsafe input = UnsafeRawBufferPointer(start: nil, count: 0)
    unsafe output = .allocate(byteCount: capacity, alignment: 16)
    // Not retained: whoever uses the BIO holds this object.
    unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    unsafe BIO_set_init(bio, 1)
  }

  deinit {
    unsafe BIO_free(bio)
    unsafe plain.deallocate()
    unsafe output.deallocate()
  }

  /// Lends `wire` to OpenSSL for the time of `body`.
  func lending<R>(_ wire: Span<UInt8>, _ body: () -> R) -> R {
    unsafe wire.withUnsafeBytes { bytes in
      unsafe input = bytes
      defer { unsafe input = UnsafeRawBufferPointer(start: nil, count: 0) }
      return body()
    }
  }

  /// Adds bytes to the output.
  func append(_ bytes: Span<UInt8>) {
    // Copied during the call.
    unsafe bytes.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe write(source, bytes.count)
    }
  }

  /// Runs `body` with the output, which is forgotten then.
  func takeOutput<R>(_ body: (Span<UInt8>) -> R) -> R {
    defer {
      count = 0
      if capacity > Self.keptBytes { resize(to: Self.keptBytes) }
    }
    return withOutput(body)
  }

  /// Runs `body` with the output.
  func withOutput<R>(_ body: (Span<UInt8>) -> R) -> R {
    // The first `count` bytes have been written, and stay where they are for the call.
    let bytes = unsafe UnsafeRawBufferPointer(start: output, count: count)
    return unsafe body(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
  }

  private func resize(to bytes: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    unsafe larger.copyMemory(from: output, byteCount: min(count, bytes))
    unsafe output.deallocate()
    unsafe output = larger
    capacity = bytes
  }

  private func read(_ target: UnsafeMutableRawPointer, _ most: Int) -> Int {
    let taken = unsafe min(most, input.count)
    guard taken > 0, let source = unsafe input.baseAddress else { return 0 }
    unsafe target.copyMemory(from: source, byteCount: taken)
    unsafe input = UnsafeRawBufferPointer(rebasing: input.dropFirst(taken))
    return taken
  }

  private func write(_ source: UnsafeRawPointer, _ bytes: Int) {
    if count + bytes > capacity { resize(to: max(2 * capacity, count + bytes)) }
    unsafe (output + count).copyMemory(from: source, byteCount: bytes)
    count += bytes
  }

  // MARK: OpenSSL's side

  /// How OpenSSL reads and writes; one for the process, never changed and never freed.
  private nonisolated(unsafe) static let method: OpaquePointer? = {
    let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
    guard let method = unsafe BIO_meth_new(type, "wire") else { return nil }
    unsafe BIO_meth_set_read_ex(method) { bio, target, most, taken in
      guard let bio = unsafe bio, let target = unsafe target else { return 0 }
      unsafe copenssl_clear_retry(bio)
      let count = unsafe WireBuffer.behind(bio).read(target, most)
      unsafe taken?.pointee = count
      // Nothing is left: there will be more, in a later round.
      if count == 0 { unsafe copenssl_set_retry_read(bio) }
      return count > 0 ? 1 : 0
    }
    unsafe BIO_meth_set_write_ex(method) { bio, source, count, taken in
      guard let bio = unsafe bio, let source = unsafe source else { return 0 }
      unsafe copenssl_clear_retry(bio)
      unsafe WireBuffer.behind(bio).write(source, count)
      unsafe taken?.pointee = count
      return 1
    }
    unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in
      // Flushing succeeds, since nothing is held back; all else is not known here.
      command == BIO_CTRL_FLUSH ? 1 : 0
    }
    return unsafe method
  }()

  /// The object in a BIO's data, which is alive: whoever has OpenSSL use the BIO holds it.
  private static func behind(_ bio: OpaquePointer) -> WireBuffer {
    unsafe Unmanaged<WireBuffer>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
  }
}
