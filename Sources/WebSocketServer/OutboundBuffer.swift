import UV
import WebSocketProtocol

/// What a round of the loop has gathered for one connection: whole frames, in one block of memory.
///
/// An idle connection has no block; blocks come from a pool and go back when they have been written.
/// Safe because a block has one owner at a time, the property `Connection.outbound`, which alone
/// opens and closes it, and every write into it is checked against its size first. Methods change
/// the block, never the property, which is only assigned: for a property that is changed in place
/// Swift would record an access for each message.
@safe struct OutboundBuffer {
  /// Bytes of a large block.
  static let blockBytes = BlockPool.Size.large.bytes
  /// Room that is kept free so that a header can be stored as ten bytes whatever its length.
  private static let slack = 16

  private struct Block {
    var count = 0
    /// Bytes that fit in.
    let room: Int
    var queue: WriteQueue?
    var isCompressible = false

    /// Where it came from.
    let size: BlockPool.Size

    init(_ size: BlockPool.Size) {
      self.size = size
      room = size.bytes - MemoryLayout<Block>.stride - OutboundBuffer.slack
    }
  }

  private let block: UnsafeMutablePointer<Block>?

  /// Nothing waits.
  init() {
    unsafe block = nil
  }

  /// An empty block from the pool, of the size that is next, or of this one.
  init(from pool: BlockPool, _ size: BlockPool.Size? = nil) {
    let size = size ?? pool.nextSize
    let block = unsafe pool.take(size).bindMemory(to: Block.self, capacity: 1)
    unsafe block.initialize(to: Block(size))
    unsafe self.block = block
  }

  /// Whether nothing waits to be written.
  var isEmpty: Bool { unsafe block == nil }

  /// Bytes in the block.
  var count: Int { unsafe block?.pointee.count ?? 0 }

  /// What waits because the kernel did not take it; `nil` while it takes all.
  var queue: WriteQueue? { unsafe block?.pointee.queue }

  /// The size of the block, if there is one: a larger one could take more.
  var size: BlockPool.Size? { unsafe block?.pointee.size }

  /// Gives the block back for a huge one with the same in it; the value is not to be used any more.
  func enlarged(by pool: BlockPool) -> OutboundBuffer {
    guard let old = unsafe block else { return self }
    let larger = OutboundBuffer(from: pool, .huge)
    if let block = unsafe larger.block {
      let count = unsafe old.pointee.count
      // There is more room in the larger one than there are bytes in the other.
      unsafe Self.bytes(of: block).copyMemory(from: Self.bytes(of: old), byteCount: count)
      unsafe block.pointee.count = count
    }
    close(to: pool)
    return larger
  }

  /// Gives the block back; the value is not to be used any more.
  func close(to pool: BlockPool) {
    guard let block = unsafe block else { return }
    let size = unsafe block.pointee.size
    unsafe block.deinitialize(count: 1)
    unsafe pool.give(UnsafeMutableRawPointer(block), size)
  }

  /// Adds a frame made of a header and two pieces.
  ///
  /// - Returns: false, and nothing is added, when there is no block or it does not fit.
  @inline(__always)
  func append(
    _ header: FrameHeader.Encoded,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>
  ) -> Bool {
    guard let block = unsafe block else { return false }
    let count = unsafe block.pointee.count
    let room = unsafe block.pointee.room - count
    guard first.count <= room, second.count <= room - first.count else { return false }
    var end = unsafe Self.bytes(of: block) + count
    // Ten bytes are stored whatever the length, `slack` makes room for them, and what follows
    // overwrites those that do not count.
    unsafe end.storeBytes(of: header.low, as: UInt64.self)
    unsafe (end + 8).storeBytes(of: header.high, as: UInt16.self)
    unsafe end += header.count
    unsafe Self.copy(first, to: &end)
    unsafe Self.copy(second, to: &end)
    unsafe block.pointee.count = unsafe end - Self.bytes(of: block)
    return true
  }

  /// Runs `body` with what is in the block.
  func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    guard let block = unsafe block else { return try body(Span()) }
    // The first `count` bytes have been written, and `self` is borrowed for the call.
    let bytes = unsafe UnsafeRawBufferPointer(
      start: Self.bytes(of: block),
      count: block.pointee.count
    )
    return unsafe try body(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
  }

  /// Forgets what is in the block, which has been written or moved.
  func removeAll() {
    unsafe block?.pointee.count = 0
  }

  /// Sets what waits for the kernel.
  func setQueue(_ queue: WriteQueue?) {
    unsafe block?.pointee.queue = queue
  }

  /// Whether there may be messages in the block that are to be compressed on their way out.
  var isCompressible: Bool { unsafe block?.pointee.isCompressible ?? false }

  /// Notes that there may be such messages, as long as the block is not closed.
  func setCompressible() {
    unsafe block?.pointee.isCompressible = true
  }

  private static func bytes(of block: UnsafeMutablePointer<Block>) -> UnsafeMutableRawPointer {
    unsafe UnsafeMutableRawPointer(block) + MemoryLayout<Block>.stride
  }

  private static func copy(_ bytes: Span<UInt8>, to end: inout UnsafeMutableRawPointer) {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe end.copyMemory(from: source, byteCount: bytes.count)
      unsafe end += bytes.count
    }
  }
}
