import Testing

@testable import Messaging

@Suite("Rate limit") struct RateLimitTests {
  private let one = ConnectionID(rawValue: 1)

  @Test("a burst of one second passes, and no message more", arguments: [1, 3, 100, 999_999])
  func burst(messages: Int) {
    let limit = RateLimit(messages: messages)
    for _ in 0..<messages { #expect(limit.judge(one, at: 50) == .allowed) }
    #expect(limit.judge(one, at: 50) == .refused)
  }

  @Test("the bucket fills again, evenly") func refill() {
    let limit = RateLimit(messages: 10)
    for _ in 0..<10 { #expect(limit.judge(one, at: 0) == .allowed) }
    #expect(limit.judge(one, at: 99) == .refused)
    #expect(limit.judge(one, at: 100) == .allowed)
    #expect(limit.judge(one, at: 100) == .refused)
    for _ in 0..<9 { #expect(limit.judge(one, at: 1_000) == .allowed) }
    #expect(limit.judge(one, at: 1_000) == .refused)
    // However long the pause, it holds one second's worth.
    for _ in 0..<10 { #expect(limit.judge(one, at: 100_000) == .allowed) }
    #expect(limit.judge(one, at: 100_000) == .refused)
  }

  @Test("an excess that goes on for five seconds is persistent, also when some messages pass")
  func persistence() {
    let limit = RateLimit(messages: 10)
    var verdicts: [(time: UInt64, RateLimit.Verdict)] = []
    // Twice as many as allowed.
    for time in stride(from: UInt64(0), through: 7_000, by: 50) {
      verdicts.append((time, limit.judge(one, at: time)))
    }
    let firstRefusal = verdicts.first { $0.1 == .refused }?.time ?? 0
    let end = verdicts.first { $0.1 == .persistent }?.time
    #expect((1...1_100).contains(firstRefusal))
    #expect((end ?? 0) >= firstRefusal + 5_000 && (end ?? .max) <= firstRefusal + 5_100)
  }

  @Test("an excess ends when nothing is refused for more than a second") func pauses() {
    let limit = RateLimit(messages: 1)
    var time: UInt64 = 0
    for _ in 0..<20 {
      #expect(limit.judge(one, at: time) == .allowed)
      #expect(limit.judge(one, at: time) == .refused)
      time += 1_001
    }
  }

  @Test("each connection has a bucket of its own, and a slot's next connection a fresh one")
  func slots() {
    let limit = RateLimit(messages: 1)
    let other = ConnectionID(rawValue: 7)
    let successor = ConnectionID(rawValue: 1 << 32 | 1)
    #expect(limit.judge(one, at: 0) == .allowed)
    #expect(limit.judge(other, at: 0) == .allowed)
    #expect(limit.judge(one, at: 0) == .refused)
    #expect(limit.judge(successor, at: 0) == .allowed)
    #expect(limit.judge(successor, at: 0) == .refused)
  }
}
