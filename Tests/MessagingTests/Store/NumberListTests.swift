import Testing

@testable import Messaging

@Suite("Number list") struct NumberListTests {
  @Test("items are found by number, from both sides") func search() {
    var list = NumberList()
    for number in 1...100 as ClosedRange<UInt64> { list.append(number * 10, UInt32(number)) }
    #expect(list.count == 100)
    #expect(list.items(after: 0).count == 100)
    #expect(list.items(after: 10).first?.seq == 20)
    #expect(list.items(after: 15).first?.seq == 20)
    #expect(list.items(after: 1000).isEmpty)
    #expect(list.items(before: 1000).last?.seq == 990)
    #expect(list.items(before: 995).last?.seq == 990)
    #expect(list.items(before: 10).isEmpty)
    #expect(list.item(500)?.place == 50)
    #expect(list.item(501) == nil && list.item(0) == nil && list.item(.max) == nil)
  }

  @Test("every number is found in lists of every length", arguments: 0...40)
  func lengths(count: Int) {
    var list = NumberList()
    for number in 0..<count { list.append(UInt64(number) * 2 + 1, UInt32(number)) }
    for seq in 0...UInt64(count) * 2 + 1 {
      // Half of the numbers up to `seq` are in the list: the odd ones.
      #expect(list.items(after: seq).count == count - min(count, Int(seq + 1) / 2))
      #expect(list.items(before: seq).count == min(count, Int(seq) / 2))
    }
  }

  @Test("whatever is taken out, the rest stays, and nothing piles up") func removal() {
    var list = NumberList()
    var live: Set<UInt64> = []
    var generator = SystemRandomNumberGenerator()
    for number in 1...20_000 as ClosedRange<UInt64> {
      list.append(number, UInt32(number))
      live.insert(number)
      while live.count > 50, let gone = live.randomElement(using: &generator) {
        live.remove(gone)
        list.remove(gone) { live.contains($0.seq) }
      }
      #expect(list.count == live.count)
      #expect(list.all.count <= 2 * live.count + 16)
    }
    #expect(list.all.map(\.seq).filter(live.contains) == live.sorted())
    for gone in live.sorted() {
      live.remove(gone)
      list.remove(gone) { live.contains($0.seq) }
    }
    #expect(list.count == 0 && list.all.isEmpty)
  }

  @Test("what goes in order leaves nothing behind") func inOrder() {
    var list = NumberList()
    for number in 1...100 as ClosedRange<UInt64> { list.append(number, 0) }
    for number in 1...99 as ClosedRange<UInt64> {
      list.remove(number) { $0.seq > number }
      #expect(list.all.first?.seq == number + 1)
    }
  }
}
