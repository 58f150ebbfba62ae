import Messaging
import Testing

@Suite("Message store") struct MessageStoreTests {
  @Test("by itself it keeps 10,000 messages for a client, for a week") func limits() {
    let limits = StoreLimits()
    #expect(limits.messages == 10_000 && limits.bytes == 64 << 20)
    #expect(limits.totalBytes == 8 << 30 && limits.retain == 604_800_000)
  }

  @Test("no two new stores have the same name or secret") func identity() {
    let (one, two) = (StoreIdentity.random(), StoreIdentity.random())
    #expect(one.log != two.log && one.key != two.key)
    #expect(1...64 ~= one.log.utf8.count && one.log.allSatisfy { $0.isASCII })
  }
}
