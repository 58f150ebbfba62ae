import Testing

@testable import Messaging

@Suite("Pass") struct PassTests {
  @Test("without peers it is for everybody") func everybody() {
    #expect(Pass(end: 1).peers == nil)
    #expect(Pass(end: 1, peers: PeerBounds([])).peers != nil)
  }
}
