/// Memory for ``OutboundBuffer``s: the block that was given last is taken next, so that it is still
/// in the cache.
///
/// Blocks that wait form a list through their own first bytes.
///
/// Safe because a block is in the list or with its taker, never both, and holds more than a pointer.
@safe final class BlockPool {
  /// Blocks that may wait: 1 MiB.
  ///
  /// More connections than that are seldom written to in one round.
  private static let capacity = 64

  private var first: UnsafeMutableRawPointer?
  private var count = 0

  init() {
    unsafe first = nil
  }

  deinit {
    while let block = unsafe first {
      unsafe first = block.load(as: UnsafeMutableRawPointer?.self)
      unsafe block.deallocate()
    }
  }

  /// `OutboundBuffer.blockBytes` of memory.
  func take() -> UnsafeMutableRawPointer {
    guard let block = unsafe first else {
      return .allocate(byteCount: OutboundBuffer.blockBytes, alignment: 16)
    }
    unsafe first = block.load(as: UnsafeMutableRawPointer?.self)
    count -= 1
    return unsafe block
  }

  /// Takes a block back.
  func give(_ block: UnsafeMutableRawPointer) {
    guard count < Self.capacity else { return unsafe block.deallocate() }
    unsafe block.storeBytes(of: first, as: UnsafeMutableRawPointer?.self)
    unsafe first = block
    count += 1
  }
}
