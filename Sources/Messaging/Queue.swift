/// First in, first out, in constant time on average.
///
/// A ring in plain memory: elements are moved in and out, and none is copied or counted. Safe because
/// just the `count` places from `head` on are initialised, and places are taken modulo the capacity.
@safe struct Queue<Element>: ~Copyable {
  /// What an empty queue keeps at most, so that a flood does not take memory for ever.
  private static var idleCapacity: Int { 1024 }

  private var memory: UnsafeMutablePointer<Element>?
  /// 0 or a power of two.
  private var capacity = 0
  private var head = 0
  /// Elements in it.
  private(set) var count = 0

  init() {}

  deinit {
    for place in 0..<count { unsafe address(place)?.deinitialize(count: 1) }
    unsafe memory?.deallocate()
  }

  var isEmpty: Bool { count == 0 }

  mutating func append(_ element: consuming Element) {
    if count == capacity { resize(to: max(8, capacity * 2)) }
    unsafe address(count)?.initialize(to: element)
    count += 1
  }

  var first: Element? { count == 0 ? nil : unsafe address(0)?.pointee }

  @discardableResult
  mutating func removeFirst() -> Element? {
    guard count > 0 else { return nil }
    let element = unsafe address(0)?.move()
    head = (head + 1) & (capacity - 1)
    count -= 1
    if count == 0, capacity > Self.idleCapacity { resize(to: 0) }
    return element
  }

  @inline(__always)
  private func address(_ place: Int) -> UnsafeMutablePointer<Element>? {
    unsafe memory.map { unsafe $0 + ((head + place) & (capacity - 1)) }
  }

  private mutating func resize(to newCapacity: Int) {
    let larger: UnsafeMutablePointer<Element>? =
      newCapacity > 0 ? .allocate(capacity: newCapacity) : nil
    for place in 0..<count {
      guard let element = unsafe address(place)?.move() else { continue }
      unsafe larger.map { unsafe ($0 + place).initialize(to: element) }
    }
    unsafe memory?.deallocate()
    unsafe memory = larger
    capacity = newCapacity
    head = 0
  }
}
