import Testing

@testable import Bench

@Suite("Sender") struct SenderTests {
  @Test("what is under way is what was sent and not delivered, past the end of the numbers as well")
  func inFlight() {
    var sender = Sender()
    #expect(sender.inFlight == 0)
    sender.sent = 1
    sender.expected = .max
    #expect(sender.inFlight == 2)
  }
}
