import Testing

@testable import Messaging

@Suite("Place table") struct PlaceTableTests {
  @Test(
    "finds what was added, also when hashes are the same",
    arguments: [0, 1, 31, 255] as [UInt64]
  )
  func collisions(spread: UInt64) {
    let table = PlaceTable()
    // Few of the 256 parts, and within each few tags: long runs.
    let hashes = (0..<2000).map { (UInt64($0) * spread) << 54 | UInt64($0 % 50) }
    for (place, hash) in hashes.enumerated() { table.add(hash, UInt32(place)) }
    for (place, hash) in hashes.enumerated() {
      #expect(table.find(hash) { $0 == place } == UInt32(place))
    }
    #expect(table.find(hashes[0]) { _ in false } == nil)
    #expect(table.find(999) { _ in true } == nil)
  }

  @Test("what was removed is gone, and all else is there") func removal() {
    let table = PlaceTable()
    var generator = SystemRandomNumberGenerator()
    var model: [UInt32: UInt64] = [:]
    for round in 0..<30_000 as Range<UInt32> {
      if model.count < 500 || Bool.random(using: &generator) {
        // Tags in a small range collide often; the upper byte chooses the part.
        let hash = UInt64.random(in: 0..<64, using: &generator) | UInt64(round & 3) << 56
        model[round] = hash
        table.add(hash, round)
      } else if let (place, hash) = model.randomElement(using: &generator) {
        model[place] = nil
        table.remove(hash, place)
        #expect(table.find(hash) { $0 == place } == nil)
      }
      if round % 1000 == 0 {
        for (place, hash) in model { #expect(table.find(hash) { $0 == place } == place) }
      }
    }
    for (place, hash) in model { table.remove(hash, place) }
    for (place, hash) in model { #expect(table.find(hash) { $0 == place } == nil) }
  }
}
