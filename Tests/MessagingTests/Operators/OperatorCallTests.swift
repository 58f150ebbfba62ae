import Testing

@testable import Messaging

@Suite("What operators have asked for") struct OperatorCallTests {
  @Test("what it has come to can be compared") func outcomes() {
    #expect(PostingOutcome.accepted(id: [1], .kept) != .accepted(id: [1], .sent))
    #expect(PostingOutcome.refused(.full) != .refused(.unavailable))
    #expect(PostingOutcome.conflict == .conflict)
  }

  @Test("an erasure begins with what waited") func erasure() {
    let erasure = Erasure(of: "a", count: 2, bytes: 300)
    #expect(erasure.client == "a" && erasure.count == 2 && erasure.bytes == 300)
  }
}
