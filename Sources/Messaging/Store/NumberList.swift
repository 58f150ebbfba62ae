/// Places of messages by their rising numbers; taking some out costs constant time on average.
///
/// What was taken out stays for a while, and is told from the rest by whoever holds the messages.
struct NumberList {
  struct Item {
    let seq: UInt64
    let place: UInt32
  }

  private var items: [Item] = []
  private var head = 0
  /// Items that have not been taken out.
  private(set) var count = 0

  /// All items, those that were taken out among them.
  var all: ArraySlice<Item> { items[head...] }

  /// Adds an item whose number is greater than all before it.
  @inline(__always)
  mutating func append(_ seq: UInt64, _ place: UInt32) {
    items.append(Item(seq: seq, place: place))
    count += 1
  }

  /// Takes the item with this number out, for which `isLive` says no already.
  mutating func remove(_ seq: UInt64, isLive: (Item) -> Bool) {
    count -= 1
    guard count > 0 else {
      self = Self()
      return
    }
    if items[head].seq == seq {
      repeat { head += 1 } while !isLive(items[head])
    }
    // At least half of the items have gone since the last time: each is looked at twice at most.
    if items.count >= 16, count * 2 <= items.count {
      items = items[head...].filter(isLive)
      head = 0
    }
  }

  /// The items whose number is greater than `seq`.
  func items(after seq: UInt64) -> ArraySlice<Item> { items[place(of: seq, orBehind: true)...] }

  /// The items whose number is less than `seq`.
  func items(before seq: UInt64) -> ArraySlice<Item> {
    items[head..<place(of: seq, orBehind: false)]
  }

  /// The item with this number.
  func item(_ seq: UInt64) -> Item? {
    let place = place(of: seq, orBehind: false)
    guard place < items.count, items[place].seq == seq else { return nil }
    return items[place]
  }

  /// The first place whose number is not less than `seq`, or else greater.
  ///
  /// Looks from the end on in growing steps: mostly the newest are asked for, and the middle of a long
  /// list is in no cache.
  private func place(of seq: UInt64, orBehind: Bool) -> Int {
    var low = head
    var high = items.count
    var step = 1
    while high - step > low {
      if isBefore(high - step, seq, orBehind) {
        low = high - step + 1
        break
      }
      high -= step
      step *= 2
    }
    while low < high {
      let middle = low + (high - low) / 2
      if isBefore(middle, seq, orBehind) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  @inline(__always)
  private func isBefore(_ place: Int, _ seq: UInt64, _ orBehind: Bool) -> Bool {
    items[place].seq < seq || (orBehind && items[place].seq == seq)
  }
}
