/// Values that keep their places, in segments, so that growing never moves them all.
struct Slab<Element> {
  /// Stands for no place.
  static var nowhere: UInt32 { .max }
  private static var shift: UInt32 { 8 }

  private var segments: [[Element]] = []
  private var free: [UInt32] = []
  private var used: UInt32 = 0
  private let vacant: Element

  /// - Parameter vacant: What stands in a place that is not used.
  init(vacant: Element) {
    self.vacant = vacant
  }

  /// Places in use.
  var count: Int { Int(used) - free.count }

  /// Puts a value somewhere.
  mutating func add(_ element: consuming Element) -> UInt32 {
    if let place = free.popLast() {
      self[place] = element
      return place
    }
    precondition(used < Self.nowhere)
    let place = used
    if place & 255 == 0 {
      segments.append([])
      segments[segments.count - 1].reserveCapacity(256)
    }
    segments[Int(place >> Self.shift)].append(element)
    used += 1
    return place
  }

  /// Gives a place up; another value may get it.
  mutating func remove(_ place: UInt32) {
    self[place] = vacant
    free.append(place)
  }

  /// The value at a place.
  subscript(place: UInt32) -> Element {
    @inline(__always) _read { yield segments[Int(place >> Self.shift)][Int(place & 255)] }
    @inline(__always) _modify { yield &segments[Int(place >> Self.shift)][Int(place & 255)] }
  }
}
