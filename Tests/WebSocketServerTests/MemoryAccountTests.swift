import Testing

@testable import WebSocketServer

@Suite("Memory of all connections") struct MemoryAccountTests {
  @Test(
    "it is over when more than the limit is held",
    arguments: [(9, false), (10, false), (11, true)]
  )
  func limit(bytes: Int, isOver: Bool) {
    let account = MemoryAccount(limit: 10)
    account.add(20)
    account.add(bytes - 20)
    #expect(account.bytes == bytes)
    #expect(account.isOver == isOver)
  }
}
