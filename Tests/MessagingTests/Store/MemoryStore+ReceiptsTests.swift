import Messaging
import StoreContract
import Testing

@Suite("Memory store: receipts") struct MemoryStoreReceiptsTests {
  @Test("receipts go with the messages that they are about") func forgotten() throws {
    let harness = MemoryStoreTests.Harness(StoreLimits(totalBytes: 300))
    let session = StoreSession(harness)
    #expect(try session.keep("a", "b", "1") == .kept)
    _ = try session.acknowledge("b", through: .max)
    #expect(try session.open("a").receipts.count == 1)
    for id in ["2", "3"] { #expect(try session.keep("c", "d", id) == .kept) }
    #expect(try session.open("a") == ClientRecord())
  }
}
