/// Finds places of a ``Slab`` by hashes, 64 bits each, that nobody outside can choose.
///
/// Open addressing in many small parts: when one has to grow, the others stay, so that no single call
/// takes long. The values themselves are compared by whoever asks.
struct PlaceTable {
  fileprivate struct Part {
    /// Hash in the upper half, place + 1 in the lower; 0 is free.
    ///
    /// A power of two long.
    var cells: [UInt64] = []
    var count = 0
  }

  private var parts = [Part](repeating: Part(), count: 256)

  /// The place of a value with this hash that `fits`.
  @inline(__always)
  func find(_ hash: UInt64, where fits: (UInt32) -> Bool) -> UInt32? {
    let part = Int(hash >> 56)
    let size = parts[part].cells.count
    guard size > 0 else { return nil }
    let tag = UInt32(truncatingIfNeeded: hash)
    var cell = Int(tag) & (size - 1)
    while true {
      let found = parts[part].cells[cell]
      if found == 0 { return nil }
      let place = UInt32(truncatingIfNeeded: found) &- 1
      if UInt32(truncatingIfNeeded: found >> 32) == tag, fits(place) { return place }
      cell = (cell + 1) & (size - 1)
    }
  }

  /// Enters a value that is not there yet.
  mutating func add(_ hash: UInt64, _ place: UInt32) {
    parts[Int(hash >> 56)].add(UInt64(hash & 0xffff_ffff) << 32 | UInt64(place) + 1)
  }

  /// Takes a value out, which must be there.
  mutating func remove(_ hash: UInt64, _ place: UInt32) {
    parts[Int(hash >> 56)].remove(UInt64(hash & 0xffff_ffff) << 32 | UInt64(place) + 1)
  }
}

extension PlaceTable.Part {
  fileprivate mutating func add(_ entry: UInt64) {
    if (count + 1) * 4 > cells.count * 3 { resize(to: max(8, cells.count * 2)) }
    enter(entry)
    count += 1
  }

  fileprivate mutating func remove(_ entry: UInt64) {
    let mask = cells.count - 1
    var cell = Int(entry >> 32) & mask
    while cells[cell] != entry {
      precondition(cells[cell] != 0, "not there")
      cell = (cell + 1) & mask
    }
    // What follows in the same run moves up, so that searches need no marks of what was removed.
    var next = (cell + 1) & mask
    while cells[next] != 0 {
      let home = Int(cells[next] >> 32) & mask
      if (next - home) & mask >= (next - cell) & mask {
        cells[cell] = cells[next]
        cell = next
      }
      next = (next + 1) & mask
    }
    cells[cell] = 0
    count -= 1
    if count == 0 {
      cells = []
    } else if count * 8 < cells.count, cells.count > 8 {
      resize(to: cells.count / 2)
    }
  }

  private mutating func resize(to size: Int) {
    let old = cells
    cells = [UInt64](repeating: 0, count: size)
    for entry in old where entry != 0 { enter(entry) }
  }

  private mutating func enter(_ entry: UInt64) {
    let mask = cells.count - 1
    var cell = Int(entry >> 32) & mask
    while cells[cell] != 0 { cell = (cell + 1) & mask }
    cells[cell] = entry
  }
}
