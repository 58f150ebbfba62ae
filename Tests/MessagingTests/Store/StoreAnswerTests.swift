import Messaging
import Testing

@Suite("Answers of a store") struct StoreAnswerTests {
  @Test("of an unknown client nothing is known") func unknown() {
    let record = ClientRecord()
    #expect(record.received == 0 && record.last == 0 && record.offered == 0)
    #expect(record.waiting == 0 && record.following == 0)
    #expect(record.receipts.isEmpty && record.gaps.isEmpty)
  }

  @Test("the numbers of receipts may be stored") func receipts() {
    #expect(Receipt.Kind(rawValue: 1) == .delivered && Receipt.Kind(rawValue: 2) == .read)
  }
}
