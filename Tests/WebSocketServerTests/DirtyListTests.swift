import Testing

@testable import WebSocketServer

@Suite("Dirty list") struct DirtyListTests {
  @Test("slots stay in order while the list grows", arguments: [0, 1, 63, 64, 65, 1000])
  func order(count: Int) {
    let list = DirtyList()
    for _ in 0..<2 {
      for number in 0..<count { list.append(UInt32(number)) }
      #expect(list.count == count)
      #expect((0..<count).map { list[$0] } == (0..<count).map { UInt32($0) })
      list.removeAll()
      #expect(list.count == 0)
    }
  }
}
