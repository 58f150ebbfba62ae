import Testing

@testable import Messaging

@Suite("Tail of a feed") struct FeedTests {
  private func message(_ seq: UInt64, bytes: Int) -> StoredMessage {
    let body = Array(repeating: UInt8(0), count: bytes)[...]
    return StoredMessage(seq: seq, at: 0, from: "a", to: "b", id: [1], form: .text, body: body)
  }

  @Test("messages are held in order") func order() {
    var tail = FeedTail()
    for seq in 1...3 as ClosedRange<UInt64> { tail.append(message(seq, bytes: 1)) }
    #expect(tail.messages.map(\.seq) == [1, 2, 3])
    #expect(!tail.hasOverflowed)
  }

  @Test("when there is more than can be held, nothing is", arguments: [-1, 0, 1])
  func bound(beyond: Int) {
    var tail = FeedTail()
    tail.append(message(1, bytes: FeedTail.maximumBytes - 2 * 128 + beyond))
    tail.append(message(2, bytes: 0))
    #expect(tail.hasOverflowed == (beyond > 0))
    #expect(tail.messages.count == (beyond > 0 ? 0 : 2))
    tail.append(message(3, bytes: 0))
    #expect(tail.messages.isEmpty == tail.hasOverflowed)
  }

  @Test("what is not held is remembered as that") func overflow() {
    var tail = FeedTail()
    tail.append(message(1, bytes: 1))
    tail.overflow()
    #expect(tail.hasOverflowed && tail.messages.isEmpty)
  }
}
