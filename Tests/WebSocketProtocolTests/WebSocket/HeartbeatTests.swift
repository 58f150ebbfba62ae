import Testing
import WebSocketProtocol

@Suite("Heartbeat") struct HeartbeatTests {
  private let heartbeat = Heartbeat(interval: 10_000, timeout: 5_000)

  @Test(
    "a connection is pinged once it has been silent for the interval",
    arguments: [
      (0, .wait(until: 11_000)), (9_999, .wait(until: 11_000)), (10_000, .ping), (10_001, .ping),
      (1_000_000, .ping),
    ] as [(UInt32, Heartbeat.Verdict)]
  )
  func silence(silent: UInt32, expected: Heartbeat.Verdict) {
    let verdict = heartbeat.judge(lastHeard: 1_000, pinged: nil, now: 1_000 + silent)
    #expect(verdict == expected)
  }

  @Test(
    "a connection that was pinged is dead after the timeout",
    arguments: [
      (0, .wait(until: 16_000)), (4_999, .wait(until: 16_000)), (5_000, .dead), (5_001, .dead),
    ] as [(UInt32, Heartbeat.Verdict)]
  )
  func answer(waited: UInt32, expected: Heartbeat.Verdict) {
    let verdict = heartbeat.judge(lastHeard: 1_000, pinged: 11_000, now: 11_000 + waited)
    #expect(verdict == expected)
  }

  @Test("the ping's time counts, however late it was") func latePing() {
    let verdict = heartbeat.judge(lastHeard: 0, pinged: 500_000, now: 504_999)
    #expect(verdict == .wait(until: 505_000))
  }

  @Test(
    "times may wrap around",
    arguments: [
      // Heard 4 s before the clock starts anew, so the ping is due 6 s after that.
      (UInt32.max - 3_999, nil, UInt32.max, .wait(until: 6_000)),
      (UInt32.max - 3_999, nil, 0, .wait(until: 6_000)),
      (UInt32.max - 3_999, nil, 5_999, .wait(until: 6_000)),
      (UInt32.max - 3_999, nil, 6_000, .ping),
      // Pinged 2 s before, so dead 3 s after.
      (UInt32.max - 11_999, UInt32.max - 1_999, UInt32.max, .wait(until: 3_000)),
      (UInt32.max - 11_999, UInt32.max - 1_999, 2_999, .wait(until: 3_000)),
      (UInt32.max - 11_999, UInt32.max - 1_999, 3_000, .dead),
      // Due at the last moment before, and at the first after.
      (UInt32.max - 10_000, nil, UInt32.max, .ping),
      (UInt32.max - 9_999, nil, UInt32.max, .wait(until: 0)),
      (UInt32.max - 9_999, nil, 0, .ping),
    ] as [(UInt32, UInt32?, UInt32, Heartbeat.Verdict)]
  )
  func wrapAround(
    lastHeard: UInt32,
    pinged: UInt32?,
    now: UInt32,
    expected: Heartbeat.Verdict
  ) {
    #expect(heartbeat.judge(lastHeard: lastHeard, pinged: pinged, now: now) == expected)
  }

  @Test("a silence of 24 days is one, across the end of the clock too") func longSilence() {
    let days: UInt32 = 24 * 24 * 3_600 * 1_000
    #expect(heartbeat.judge(lastHeard: 7, pinged: nil, now: 7 + days) == .ping)
    let lastHeard = UInt32.max - 1_000
    #expect(heartbeat.judge(lastHeard: lastHeard, pinged: nil, now: lastHeard &+ days) == .ping)
  }

  @Test("a timeout of zero gives no time to answer") func noTimeout() {
    let heartbeat = Heartbeat(interval: 10, timeout: 0)
    #expect(heartbeat.judge(lastHeard: 0, pinged: 10, now: 10) == .dead)
  }
}
