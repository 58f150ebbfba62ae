import CUV

/// Memory for the `uv_poll_t` of each connection, in slabs of 64: without malloc's header and rounding
/// it is 16 bytes less for each.
///
/// Free cells form a list through their own first bytes; slabs stay until the loop goes, so that a
/// crowd leaves room for the next one. Safe because a cell is in the list or with its taker, never
/// both, and handles hold their loop, which holds the slabs.
@safe final class HandleSlab {
  private static let cells = 64

  private var slabs: [UnsafeMutablePointer<uv_poll_t>] = unsafe []
  private var firstFree: UnsafeMutableRawPointer?

  init() {
    unsafe firstFree = nil
  }

  deinit {
    unsafe slabs.forEach { unsafe $0.deallocate() }
  }

  /// A cell that nobody has.
  func take() -> UnsafeMutablePointer<uv_poll_t> {
    if unsafe firstFree == nil { addSlab() }
    guard let cell = unsafe firstFree else { preconditionFailure("a new slab has free cells") }
    unsafe firstFree = cell.load(as: UnsafeMutableRawPointer?.self)
    return unsafe cell.assumingMemoryBound(to: uv_poll_t.self)
  }

  /// Takes a cell back.
  func give(_ cell: UnsafeMutableRawPointer) {
    unsafe cell.storeBytes(of: firstFree, as: UnsafeMutableRawPointer?.self)
    unsafe firstFree = cell
  }

  private func addSlab() {
    let slab = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: Self.cells)
    unsafe slabs.append(slab)
    for place in (0..<Self.cells).reversed() { unsafe give(UnsafeMutableRawPointer(slab + place)) }
  }
}
