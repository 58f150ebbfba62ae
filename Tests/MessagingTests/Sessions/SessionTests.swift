import Testing

@testable import Messaging

@Suite("Session") struct SessionTests {
  @Test("it handles what the client sends when it is welcome and nothing waits") func ready() {
    let session = Session(1, of: 0, since: nil)
    #expect(!session.isReady)
    session.phase = .feeding
    #expect(session.isReady)
    session.finding = 5
    #expect(!session.isReady)
    session.finding = nil
    let isTaken = session.backlog.value.early.append(.init(form: .text, bytes: [1]))
    #expect(isTaken && !session.isReady)
  }

  @Test("frames wait in their order, up to a number", arguments: [-1, 0, 1])
  func count(beyond: Int) {
    let count = EarlyFrames.maximumCount + beyond
    var early = EarlyFrames()
    var taken = 0
    for number in 0..<count where early.append(.init(form: .text, bytes: [UInt8(number & 0xFF)])) {
      taken += 1
    }
    #expect(taken == min(count, EarlyFrames.maximumCount))
    for number in 0..<taken { #expect(early.removeFirst()?.bytes == [UInt8(number & 0xFF)]) }
    let isEmpty = early.isEmpty
    let nothing = early.removeFirst()
    #expect(isEmpty && nothing == nil)
    let isTaken = early.append(.init(form: .binary, bytes: []))
    #expect(isTaken)
  }

  @Test("their bytes are bounded, but one always fits", arguments: [-1, 0, 1])
  func bytes(beyond: Int) {
    var early = EarlyFrames()
    let large = Array(repeating: UInt8(0), count: EarlyFrames.maximumBytes + beyond)[...]
    let isLargeTaken = early.append(.init(form: .text, bytes: large))
    #expect(isLargeTaken)
    let isNextTaken = early.append(.init(form: .text, bytes: [1]))
    #expect(isNextTaken == (beyond < 0))
  }
}
