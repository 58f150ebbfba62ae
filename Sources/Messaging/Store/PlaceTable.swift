/// Finds places of a ``Slab`` by hashes, 64 bits each, that nobody outside can choose.
///
/// Open addressing in many small parts: when one has to grow, the others stay, so that no single call
/// takes long. The values themselves are compared by whoever asks.
///
/// In plain memory, as the slab is. Safe because a cell's number is always taken modulo the size of
/// its part, whose cells are all initialised.
@safe final class PlaceTable {
  @safe private struct Part {
    /// Hash in the upper half, place + 1 in the lower; 0 is free.
    var cells: UnsafeMutablePointer<UInt64>?
    /// How many cells there are, a power of two, less one.
    var mask = -1
    var count = 0
  }

  private static let partCount = 256
  private let parts: UnsafeMutablePointer<Part>

  init() {
    unsafe parts = .allocate(capacity: Self.partCount)
    unsafe parts.initialize(repeating: Part(), count: Self.partCount)
  }

  deinit {
    for number in 0..<Self.partCount { unsafe parts[number].cells?.deallocate() }
    unsafe parts.deallocate()
  }

  /// The place of a value with this hash that `fits`.
  @inline(__always)
  func find(_ hash: UInt64, where fits: (UInt32) -> Bool) -> UInt32? {
    let part = unsafe parts + Int(hash >> 56)
    guard let cells = unsafe part.pointee.cells else { return nil }
    let mask = unsafe part.pointee.mask
    let tag = UInt32(truncatingIfNeeded: hash)
    var cell = Int(tag) & mask
    while true {
      let found = unsafe cells[cell]
      if found == 0 { return nil }
      let place = UInt32(truncatingIfNeeded: found) &- 1
      if UInt32(truncatingIfNeeded: found >> 32) == tag, fits(place) { return place }
      cell = (cell + 1) & mask
    }
  }

  /// Enters a value that is not there yet.
  func add(_ hash: UInt64, _ place: UInt32) {
    let part = unsafe parts + Int(hash >> 56)
    // A part of no cells has none left either.
    if unsafe (part.pointee.count + 1) * 4 > (part.pointee.mask + 1) * 3 {
      unsafe resize(part, to: max(8, (part.pointee.mask + 1) * 2))
    }
    unsafe enter(hash << 32 | UInt64(place) + 1, in: part)
    unsafe part.pointee.count += 1
  }

  /// Takes a value out, which must be there.
  func remove(_ hash: UInt64, _ place: UInt32) {
    let part = unsafe parts + Int(hash >> 56)
    guard let cells = unsafe part.pointee.cells else { preconditionFailure("not there") }
    let mask = unsafe part.pointee.mask
    let entry = hash << 32 | UInt64(place) + 1
    var cell = Int(entry >> 32) & mask
    while unsafe cells[cell] != entry {
      precondition(unsafe cells[cell] != 0, "not there")
      cell = (cell + 1) & mask
    }
    // What follows in the same run moves up, so that searches need no marks of what was removed.
    var next = (cell + 1) & mask
    while unsafe cells[next] != 0 {
      let home = unsafe Int(cells[next] >> 32) & mask
      if (next - home) & mask >= (next - cell) & mask {
        unsafe cells[cell] = unsafe cells[next]
        cell = next
      }
      next = (next + 1) & mask
    }
    unsafe cells[cell] = 0
    unsafe part.pointee.count -= 1
    if unsafe part.pointee.count * 8 < mask + 1, mask + 1 > 8 {
      unsafe resize(part, to: (mask + 1) / 2)
    }
  }

  private func resize(_ part: UnsafeMutablePointer<Part>, to size: Int) {
    let (old, count) = unsafe (part.pointee.cells, part.pointee.mask + 1)
    let cells = UnsafeMutablePointer<UInt64>.allocate(capacity: size)
    unsafe cells.initialize(repeating: 0, count: size)
    unsafe part.pointee.cells = unsafe cells
    unsafe part.pointee.mask = size - 1
    guard let old = unsafe old else { return }
    for cell in 0..<count where unsafe old[cell] != 0 { unsafe enter(old[cell], in: part) }
    unsafe old.deallocate()
  }

  /// There is a free cell: a quarter of them are.
  private func enter(_ entry: UInt64, in part: UnsafeMutablePointer<Part>) {
    guard let cells = unsafe part.pointee.cells else { return }
    let mask = unsafe part.pointee.mask
    var cell = Int(entry >> 32) & mask
    while unsafe cells[cell] != 0 { cell = (cell + 1) & mask }
    unsafe cells[cell] = entry
  }
}
