import Testing

@testable import Messaging

@Suite("Slab") struct SlabTests {
  @Test("values keep their places, and places are used again") func places() {
    let slab = Slab(vacant: -1)
    let places = (0..<1000).map { slab.add($0) }
    #expect(slab.count == 1000)
    #expect(places.allSatisfy { slab[$0] == Int($0) })
    for place in places where place % 2 == 0 { slab.remove(place) }
    #expect(slab.count == 500)
    #expect(slab[0] == -1 && slab[1] == 1)
    let again = (0..<500).map { slab.add($0 + 5000) }
    #expect(again.allSatisfy { $0 % 2 == 0 && $0 < 1000 })
    #expect(slab.add(7) == 1000)
    slab[1] += 1
    #expect(slab[1] == 2)
  }
}
