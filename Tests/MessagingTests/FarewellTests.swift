import Messaging
import Testing

@Suite("Farewell") struct FarewellTests {
  static let all: [Farewell] = [
    .unavailable, .forbidden, .replaced, .inUse, .tooMany, .rateLimited, .goingAway,
  ]

  @Test("a reason is at most 32 bytes of ASCII", arguments: all) func reason(farewell: Farewell) {
    #expect(1...32 ~= farewell.reason.utf8.count)
    #expect(farewell.reason.allSatisfy { $0.isASCII })
  }

  @Test("whoever is to stay away is not told when to come back", arguments: all)
  func retry(farewell: Farewell) {
    let retry = farewell.retry(for: "a")
    #expect((retry == nil) == (4000..<4100 ~= farewell.code))
    if let retry { #expect(1000..<5000 ~= retry) }
  }

  @Test("clients come back at times of their own") func spread() throws {
    let times = try (0..<100).map { Farewell.tooMany.retry(for: try ClientID("client\($0)")) }
    #expect(Set(times).count > 50)
  }

  @Test("a crowd comes back evenly, as fast as it can be let in") func crowd() {
    let times = (0..<5000).map { Farewell.retry(number: $0, of: 5000, rate: 500) }
    #expect(times.first == 1000 && times.last == 10_998)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 2 })
  }

  @Test("a few have four seconds", arguments: [(1, [1000]), (2, [1000, 3000]), (0, [])])
  func few(crowd: Int, times: [UInt64]) {
    #expect((0..<crowd).map { Farewell.retry(number: $0, of: crowd, rate: 1000) } == times)
  }
}
