import Messaging
import Testing

@testable import MessagingService

@Suite("Opening times") struct OpeningTimesTests {
  private func connection(slot: UInt64, generation: UInt64 = 0) -> ConnectionID {
    ConnectionID(rawValue: generation << 32 | slot)
  }

  @Test("the oldest of a client's connections counts") func oldest() {
    let times = OpeningTimes()
    times.note(connection(slot: 7), at: 300)
    times.note(connection(slot: 2), at: 100)
    #expect(times.earliest(of: [connection(slot: 7), connection(slot: 2)]) == 100)
    #expect(times.earliest(of: [connection(slot: 7)]) == 300)
  }

  @Test("a slot's next connection has its own time, and its last one none") func reuse() {
    let times = OpeningTimes()
    times.note(connection(slot: 1), at: 100)
    times.note(connection(slot: 1, generation: 1), at: 200)
    #expect(times.earliest(of: [connection(slot: 1)]) == nil)
    #expect(times.earliest(of: [connection(slot: 1, generation: 1)]) == 200)
    #expect(times.earliest(of: [connection(slot: 9)]) == nil)
    #expect(times.earliest(of: []) == nil)
  }
}
