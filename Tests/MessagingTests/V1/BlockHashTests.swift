import Testing

@testable import Messaging

@Suite("Hashes by multiplication") struct BlockHashTests {
  static let key = SipHash.Key(low: 1, high: 2)

  private func hash(_ bytes: [UInt8], _ key: SipHash.Key = key) -> UInt128 {
    var hash = BlockHash(key)
    hash.combine(UInt64(bytes.count), 0)
    hash.combine(bytes.span)
    return hash.value
  }

  private func halves(_ hash: UInt128) -> [UInt64] {
    [UInt64(truncatingIfNeeded: hash), UInt64(truncatingIfNeeded: hash >> 64)]
  }

  @Test(
    "each bit of each byte counts in both halves",
    arguments: [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 100]
  )
  func bits(count: Int) {
    for filler in [0, 0x41, 0xFF] as [UInt8] {
      var bytes = Array(repeating: filler, count: count)
      var seen = [Set([halves(hash(bytes))[0]]), Set([halves(hash(bytes))[1]])]
      for place in 0..<count {
        for bit in 0..<8 {
          bytes[place] ^= 1 << bit
          for (half, value) in halves(hash(bytes)).enumerated() { seen[half].insert(value) }
          bytes[place] ^= 1 << bit
        }
      }
      #expect(seen[0].count == 8 * count + 1 && seen[1].count == 8 * count + 1)
    }
  }

  @Test("so does how many there are") func lengths() {
    for filler in [0, 0x41, 0xFF] as [UInt8] {
      let hashes = (0...100).map { hash(Array(repeating: filler, count: $0)) }
      #expect(Set(hashes).count == 101)
    }
  }

  @Test("so does the order of words and blocks") func order() {
    let words = (0..<6).map { place in (0..<8).map { UInt8(place * 8 + $0) } }
    var hashes: Set<UInt128> = []
    for first in 0..<6 {
      for second in first..<6 {
        var swapped = words
        swapped.swapAt(first, second)
        hashes.insert(hash(Array(swapped.joined())))
      }
    }
    // All swaps differ, and those of a word with itself are none.
    #expect(hashes.count == 16)
  }

  @Test("so does each half of the key") func keys() {
    let keys = [(1, 2), (1, 3), (3, 2), (2, 1), (0, 0)].map { SipHash.Key(low: $0.0, high: $0.1) }
    for half in 0..<2 {
      #expect(Set(keys.map { halves(hash(Array("text".utf8), $0))[half] }).count == keys.count)
    }
  }

  @Test("where the bytes lie does not count") func places() {
    let bytes = (0..<60).map { UInt8($0) }
    for count in 0...40 {
      let expected = hash(Array(bytes[3..<3 + count]))
      var other = BlockHash(Self.key)
      other.combine(UInt64(count), 0)
      other.combine(bytes.span.extracting(3..<3 + count))
      #expect(other.value == expected)
    }
  }
}
