import Messaging
import Testing

@testable import MessagingService

@Suite("Tail of a store") struct StoreTailTests {
  @Test("messages are found by both clients and by key") func finding() {
    var tail = StoreTail()
    for (seq, from, to) in [(1, 10, 20), (2, 20, 10), (3, 10, 20), (4, 10, 10)]
      as [(UInt64, Int64, Int64)]
    {
      tail.add(seq, at: 5, from: from, to: to, bytes: 130, key: UInt128(seq) * 100, digest: 9)
    }
    #expect(tail.count == 4 && tail.last == 4)
    #expect(tail.received(by: 20, after: 0).map(\.seq) == [1, 3])
    #expect(tail.received(by: 20, after: 1).map(\.seq) == [3])
    #expect(tail.received(by: 20, after: 3).isEmpty)
    #expect(tail.received(by: 20, after: 0).allSatisfy { $0.peer == 10 && $0.bytes == 130 })
    // One to oneself is received only.
    #expect(tail.sent(by: 10, after: 0).map(\.seq) == [1, 3])
    #expect(tail.received(by: 10, after: 0).map(\.seq) == [2, 4])
    #expect(tail.find(300)?.seq == 3 && tail.find(301) == nil)
    #expect(tail.has(10) && tail.has(20) && !tail.has(30))
    #expect(tail.allKeys.count == 4)
    tail.remove(through: 2)
    #expect(tail.count == 2 && tail.last == 4)
    #expect(tail.received(by: 20, after: 0).map(\.seq) == [3])
    #expect(tail.find(100) == nil && tail.find(300) != nil)
    tail.remove(through: 4)
    #expect(tail.count == 0 && !tail.has(10))
  }
}
