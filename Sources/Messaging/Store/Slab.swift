/// Values that keep their places, in segments of plain memory, so that growing never moves them all.
///
/// An array in a class would record an access and look for other owners each time. Safe because every
/// place is checked against `used`, up to which all are initialised, and the memory is freed with the
/// slab only; what is lent of one value ends with the access.
@safe final class Slab<Element> {
  /// Stands for no place.
  static var nowhere: UInt32 { .max }
  private static var segmentCount: UInt32 { 256 }

  private var segments: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  /// Segments that `segments` has room for; a power of two.
  private var capacity: UInt32 = 16
  private var used: UInt32 = 0
  private let free = PlainMemory([UInt32]())
  private let vacant: Element

  /// - Parameter vacant: What stands in a place that is not used.
  init(vacant: Element) {
    self.vacant = vacant
    unsafe segments = .allocate(capacity: Int(capacity))
  }

  deinit {
    for place in 0..<used { unsafe address(place).deinitialize(count: 1) }
    for number in 0..<Int((used + Self.segmentCount - 1) / Self.segmentCount) {
      unsafe segments[number].deallocate()
    }
    unsafe segments.deallocate()
  }

  /// Places in use.
  var count: Int { Int(used) - free.value.count }

  /// Puts a value somewhere.
  func add(_ element: consuming Element) -> UInt32 {
    if let place = free.value.popLast() {
      self[place] = element
      return place
    }
    precondition(used < Self.nowhere)
    let place = used
    if place % Self.segmentCount == 0 { addSegment() }
    unsafe address(place).initialize(to: element)
    used += 1
    return place
  }

  /// Gives a place up; another value may get it.
  func remove(_ place: UInt32) {
    self[place] = vacant
    free.value.append(place)
  }

  /// The value at a place.
  subscript(place: UInt32) -> Element {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address(of: place)) }
    @inline(__always) unsafeMutableAddress { unsafe address(of: place) }
  }

  /// Where a value lies as long as its place is in use, for whoever lends it on.
  @inline(__always)
  @unsafe func address(of place: UInt32) -> UnsafeMutablePointer<Element> {
    precondition(place < used)
    return unsafe address(place)
  }

  /// All places that were ever used are lower than this one.
  var end: UInt32 { used }

  @inline(__always)
  private func address(_ place: UInt32) -> UnsafeMutablePointer<Element> {
    unsafe segments[Int(place / Self.segmentCount)] + Int(place % Self.segmentCount)
  }

  private func addSegment() {
    let number = used / Self.segmentCount
    if number == capacity {
      // The old list has `capacity` initialised pointers, which are copied before it goes.
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>
        .allocate(capacity: Int(capacity) * 2)
      unsafe larger.initialize(from: segments, count: Int(capacity))
      unsafe segments.deallocate()
      unsafe segments = larger
      capacity *= 2
    }
    unsafe (segments + Int(number)).initialize(to: .allocate(capacity: Int(Self.segmentCount)))
  }
}
