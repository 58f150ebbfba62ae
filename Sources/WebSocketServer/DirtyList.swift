/// The connections that have something to write at the end of the round, by slot.
///
/// Plain memory instead of an array, for which Swift would record an access with each message. Safe
/// because every slot is written below `capacity` and read below `count`.
@safe final class DirtyList {
  private var slots: UnsafeMutablePointer<UInt32>
  private var capacity = 64
  private(set) var count = 0

  init() {
    unsafe slots = .allocate(capacity: 64)
  }

  deinit {
    unsafe slots.deallocate()
  }

  func append(_ slot: UInt32) {
    if count == capacity {
      let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity * 2)
      unsafe larger.moveInitialize(from: slots, count: count)
      unsafe slots.deallocate()
      unsafe slots = larger
      capacity *= 2
    }
    unsafe slots.advanced(by: count).initialize(to: slot)
    count += 1
  }

  subscript(place: Int) -> UInt32 {
    precondition(place < count)
    return unsafe slots[place]
  }

  func removeAll() {
    count = 0
  }
}
