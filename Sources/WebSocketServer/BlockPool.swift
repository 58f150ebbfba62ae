/// Memory for ``OutboundBuffer``s: the block that was given last is taken next, so that it is still in
/// the cache.
///
/// The first in a round get large blocks, a megabyte together, and all others small ones: what lies
/// close together stays in the cache, however many connections a round writes to. When a small one is
/// full, it is time to write all that has been gathered, and to begin again with the large ones. What
/// fills a large one goes on in a huge one: another write would cost more than the copy.
///
/// Blocks that wait form a list through their own first bytes.
///
/// Safe because a block is in a list or with its taker, never both, and holds more than a pointer.
@safe final class BlockPool {
  /// The sizes of a block.
  enum Size: Int, CaseIterable {
    case small, large, huge

    /// Bytes of a block.
    var bytes: Int {
      switch self {
      case .small: 1024
      case .large: 16 * 1024
      case .huge: 96 * 1024
      }
    }

    /// Blocks that may wait, one megabyte: a round that writes to no more connections than these takes
    /// no memory from the system.
    var capacity: Int { 1024 * 1024 / bytes }
  }

  /// The blocks of one size.
  @safe private struct List {
    /// The first of those that wait.
    var first: UnsafeMutableRawPointer?
    /// How many wait.
    var count = 0
    /// How many have been taken in this round.
    var taken = 0

    init() {
      unsafe first = nil
    }
  }

  /// By size, in plain memory: for properties Swift would record an access with each block.
  private let lists: UnsafeMutablePointer<List>

  init() {
    unsafe lists = .allocate(capacity: Size.allCases.count)
    unsafe lists.initialize(repeating: List(), count: Size.allCases.count)
  }

  deinit {
    for size in Size.allCases {
      while let block = unsafe lists[size.rawValue].first {
        unsafe lists[size.rawValue].first = block.load(as: UnsafeMutableRawPointer?.self)
        unsafe block.deallocate()
      }
    }
    unsafe lists.deallocate()
  }

  /// All that had been gathered is written: the large blocks are for those who come next.
  func beginRound() {
    for size in Size.allCases { unsafe lists[size.rawValue].taken = 0 }
  }

  /// Whether fewer huge blocks have been taken in this round than may wait.
  var hasHuge: Bool { unsafe lists[Size.huge.rawValue].taken < Size.huge.capacity }

  /// The size that the next one gets.
  var nextSize: Size {
    unsafe lists[Size.large.rawValue].taken < Size.large.capacity ? .large : .small
  }

  /// A block that nobody has.
  func take(_ size: Size) -> UnsafeMutableRawPointer {
    let list = unsafe lists + size.rawValue
    unsafe list.pointee.taken += 1
    guard let block = unsafe list.pointee.first else {
      return .allocate(byteCount: size.bytes, alignment: 16)
    }
    unsafe list.pointee.first = block.load(as: UnsafeMutableRawPointer?.self)
    unsafe list.pointee.count -= 1
    return unsafe block
  }

  /// Takes a block back.
  func give(_ block: UnsafeMutableRawPointer, _ size: Size) {
    let list = unsafe lists + size.rawValue
    guard unsafe list.pointee.count < size.capacity else { return unsafe block.deallocate() }
    unsafe block.storeBytes(of: list.pointee.first, as: UnsafeMutableRawPointer?.self)
    unsafe list.pointee.first = block
    unsafe list.pointee.count += 1
  }
}
