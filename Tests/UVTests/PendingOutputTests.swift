import TestSupport
import Testing

@testable import UV

@Suite("What waits for a socket to be writable") struct PendingOutputTests {
  private func take(_ count: Int, from output: PendingOutput) -> (whole: Bool, bytes: [UInt8]) {
    var bytes: [UInt8] = []
    let whole = output.takeFirst { first, second in
      bytes = Array((first.copy + second.copy).prefix(count))
      return bytes.count
    }
    return (whole, bytes)
  }

  @Test("pieces go one after the other, each from where the last take ended") func order() {
    let output = PendingOutput(isReading: true)
    #expect(output.isEmpty && !output.hasPieces)
    output.append([2, 3], [4])
    output.append([], [5])
    #expect(output.count == 4 && output.hasPieces && !output.isEmpty)
    #expect(take(2, from: output) == (false, [2, 3]))
    #expect(output.count == 2)
    #expect(take(2, from: output) == (true, [4]))
    #expect(take(9, from: output) == (true, [5]))
    #expect(output.count == 0 && output.isEmpty && !output.hasPieces)
  }

  @Test("a take of nothing leaves all as it is") func nothing() {
    let output = PendingOutput(isReading: false)
    output.append([1])
    #expect(take(0, from: output) == (false, []))
    #expect(output.count == 1)
  }

  @Test("a thousand pieces, with others added meanwhile, come in order") func many() {
    let output = PendingOutput(isReading: false)
    var taken: [UInt8] = []
    for number in 0..<1_000 {
      output.append([UInt8(truncatingIfNeeded: number)])
      if number % 3 == 0 { taken += take(1, from: output).bytes }
    }
    while output.hasPieces { taken += take(1, from: output).bytes }
    #expect(taken == (0..<1_000).map { UInt8(truncatingIfNeeded: $0) })
  }

  @Test("memory is shared, and let go when it has been taken", arguments: [true, false])
  func lifetime(isTaken: Bool) {
    let output = PendingOutput(isReading: false)
    var (first, second): ([UInt8], [UInt8]) = ([1, 2], [3])
    output.append(first[...], second[...])
    output.append([4])
    if isTaken { #expect(take(3, from: output).whole) }
    #expect(isShared(&first) == !isTaken)
    #expect(isShared(&second) == !isTaken)
  }

  @Test("nothing may overtake a connection that is being made") func connecting() {
    let output = PendingOutput(isReading: false)
    output.isConnecting = true
    #expect(!output.isEmpty && !output.hasPieces)
  }
}
