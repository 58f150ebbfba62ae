import TestSupport
import Testing
import UV

@Suite("Timers") struct TimerTests {
  @Test("a timer runs once, not before its time", arguments: [0, 1, 10])
  func once(delay: Int) throws {
    try withLoop { loop in
      var times: [UInt64] = []
      let timer = try Timer(on: loop) { times.append(loop.now) }
      let start = loop.now
      timer.start(after: .milliseconds(delay))
      #expect(times.isEmpty)
      loop.run()
      #expect(times.count == 1)
      #expect(times.allSatisfy { $0 >= start + UInt64(delay) })
    }
  }

  @Test("a timer repeats until it is stopped") func repeats() throws {
    try withLoop { loop in
      var times: [UInt64] = []
      var timer: Timer?
      timer = try Timer(on: loop) {
        times.append(loop.now)
        if times.count == 3 { timer?.stop() }
      }
      timer?.start(after: .zero, every: .milliseconds(2))
      loop.run()
      #expect(times.count == 3)
      #expect(times[1] >= times[0] + 2)
      #expect(times[2] >= times[1] + 2)
      timer = nil
    }
  }

  @Test("a stopped timer does not run, and may be started again") func stop() throws {
    try withLoop { loop in
      var calls = 0
      let timer = try Timer(on: loop) { calls += 1 }
      timer.start(after: .zero)
      timer.stop()
      timer.stop()
      loop.run()
      #expect(calls == 0)
      timer.start(after: .zero)
      loop.run()
      #expect(calls == 1)
    }
  }

  @Test("starting a running timer starts it anew") func restart() throws {
    try withLoop { loop in
      var calls = 0
      let timer = try Timer(on: loop) { calls += 1 }
      timer.start(after: .seconds(3_600), every: .milliseconds(1))
      timer.start(after: .zero)
      loop.run()
      #expect(calls == 1)
    }
  }

  @Test("timers run in the order of their times") func order() throws {
    try withLoop { loop in
      var order: [Int] = []
      for delay in [3, 1, 2, 0] {
        let timer = try Timer(on: loop) { order.append(delay) }
        timer.start(after: .milliseconds(delay))
      }
      loop.run()
      #expect(order == [0, 1, 2, 3])
    }
  }

  @Test(
    "durations are rounded up to whole milliseconds",
    arguments: [
      (.zero, 0), (Duration(secondsComponent: 0, attosecondsComponent: 1), 1), (.nanoseconds(1), 1),
      (.nanoseconds(999_999), 1), (.milliseconds(1), 1), (.nanoseconds(1_000_001), 2),
      (.milliseconds(999), 999), (.nanoseconds(999_000_001), 1_000), (.seconds(1), 1_000),
      (.seconds(90) + .microseconds(1), 90_001),
    ] as [(Duration, UInt64)]
  )
  func wholeMilliseconds(duration: Duration, expected: UInt64) {
    #expect(duration.wholeMilliseconds == expected)
  }

  @Test(
    "a negative duration is zero",
    arguments: [.nanoseconds(-1), .milliseconds(-500), .seconds(-1), .seconds(Int64.min)]
      as [Duration]
  )
  func negative(duration: Duration) {
    #expect(duration.wholeMilliseconds == 0)
  }

  @Test("a duration that 64 bits do not hold is the largest number") func overflow() {
    let last = Duration.seconds(18_446_744_073_709_551)
    #expect((last + .milliseconds(614)).wholeMilliseconds == UInt64.max - 1)
    #expect((last + .milliseconds(615)).wholeMilliseconds == .max)
    #expect((last + .milliseconds(616)).wholeMilliseconds == .max)
    #expect(Duration.seconds(Int64.max).wholeMilliseconds == .max)
  }

  @Test("the longest time is never") func never() throws {
    try withLoop { loop in
      var calls = 0
      let timer = try Timer(on: loop) { calls += 1 }
      timer.start(after: .seconds(Int64.max))
      loop.runOnce()
      #expect(calls == 0)
    }
  }
}
