import Testing

@testable import Bench

@Suite("Schedule") struct ScheduleTests {
  @Test("clients take turns at a fixed rate") func turns() {
    let schedule = Schedule(start: 1000, period: 2.5, clients: 4)
    #expect(schedule.time(ofMessage: 0) == 1000)
    #expect(schedule.time(ofMessage: 6) == 1015)
    #expect(schedule.due(place: 2, number: 1) == 1015)
  }
}
