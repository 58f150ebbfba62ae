import Testing

@testable import MessagingService

@Suite("Key filter") struct KeyFilterTests {
  private func keys(_ count: Int) -> [UInt128] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt128.random(in: 0...UInt128.max, using: &generator) }
  }

  @Test("what was added may be there; of the rest, hardly any", arguments: [1, 16_384, 300_000])
  func members(count: Int) {
    var filter = KeyFilter(retain: 1_000_000)
    #expect(!filter.mayContain(5))
    let added = keys(count)
    for key in added { filter.add(key, at: 7) }
    #expect(added.allSatisfy(filter.mayContain))
    let others = keys(50_000).count { filter.mayContain($0) }
    // One in a thousand for each generation, which double in size.
    #expect(others < 100 * filter.generationCount)
    #expect(filter.generationCount <= 6)
    #expect(filter.bytes < 100_000 + count * 4)
  }

  @Test("keys stay for their time, and go some time after") func retention() {
    var filter = KeyFilter(retain: 1000)
    let first = keys(100)
    for key in first { filter.add(key, at: 0) }
    for (place, key) in keys(2000).enumerated() {
      let time = UInt64(place)
      if time < 1000 { #expect(first.allSatisfy(filter.mayContain)) }
      filter.add(key, at: time)
      #expect(filter.generationCount <= 6)
    }
    #expect(first.count { filter.mayContain($0) } < 5)
  }

  @Test("the keys of another filter can be taken in") func adoption() {
    var (old, filter) = (KeyFilter(retain: 1000), KeyFilter(retain: 1000))
    let (before, after) = (keys(1000), keys(1000))
    for key in before { old.add(key, at: 5) }
    for key in after { filter.add(key, at: 10) }
    filter.adopt(old)
    #expect(before.allSatisfy(filter.mayContain) && after.allSatisfy(filter.mayContain))
    let more = keys(1000)
    for key in more { filter.add(key, at: 20) }
    #expect(more.allSatisfy(filter.mayContain))
  }
}
