import Testing

@testable import WebSocketServer

@Suite("Deadline wheel") struct DeadlineWheelTests {
  /// How many ticks go by until a slot that is filed now comes up.
  private func ticks(_ wheel: DeadlineWheel, after delay: UInt32) -> Int {
    var wheel = wheel
    let bucket = wheel.file(7, after: delay)
    for ticks in 1...10_000 {
      let (number, slots) = wheel.advance()
      if slots == [7] { return number == bucket ? ticks : -1 }
    }
    return 0
  }

  @Test(
    "a slot comes up with the first tick that is not too early, but not at once",
    arguments: [(0, 1), (1, 1), (9, 1), (10, 1), (11, 2), (20, 2), (99, 10), (100, 10), (101, 11)]
  )
  func due(delay: UInt32, expected: Int) {
    let wheel = DeadlineWheel(tick: 10, horizon: 1000)
    #expect(ticks(wheel, after: delay) == expected)
  }

  @Test(
    "what is due beyond the horizon comes up then",
    arguments: [1010, 1011, 5000, .max - 9, .max]
  )
  func beyondTheHorizon(delay: UInt32) {
    let wheel = DeadlineWheel(tick: 10, horizon: 1000)
    #expect(ticks(wheel, after: delay) == 101)
    #expect(ticks(wheel, after: 1000) == 100)
  }

  @Test("the wheel turns for ever") func turns() {
    var wheel = DeadlineWheel(tick: 10, horizon: 30)
    for _ in 0..<1000 {
      #expect(ticks(wheel, after: 30) == 3)
      #expect(wheel.advance().slots == [])
    }
    #expect(wheel.ticks == 1000)
  }

  @Test("slots of one bucket come up together, in the order in which they were filed")
  func together() {
    var wheel = DeadlineWheel(tick: 10, horizon: 100)
    for slot in [3, 1, 2] as [UInt32] { _ = wheel.file(slot, after: 15) }
    _ = wheel.file(9, after: 5)
    #expect(wheel.advance().slots == [9])
    #expect(wheel.advance().slots == [3, 1, 2])
    #expect(wheel.advance().slots == [])
  }

  @Test("what is filed while a bucket is up goes into another") func refiled() {
    var wheel = DeadlineWheel(tick: 10, horizon: 20)
    _ = wheel.file(1, after: 10)
    let (up, _) = wheel.advance()
    for delay in [0, 10, 20, 1000] as [UInt32] { #expect(wheel.file(1, after: delay) != up) }
  }
}
