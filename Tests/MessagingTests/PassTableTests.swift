import Testing

@testable import Messaging

@Suite("Pass table") struct PassTableTests {
  private final class Nobody: Authenticator {
    func pass(for token: Span<UInt8>, of client: ClientID, at time: UInt64) -> Pass? { nil }
  }

  private let table = PassTable(Nobody())
  private let bounds = PeerBounds([])

  private func ended(at time: UInt64) -> [UInt64] {
    table.takeEnded(at: time).map { $0.connection.rawValue }
  }

  @Test("passes end when their time has come, once") func ends() {
    table.set(Pass(end: 20), of: 2, 7)
    table.set(Pass(end: 10), of: 1, 8)
    table.set(Pass(end: 30), of: 0, 9)
    #expect(ended(at: 9) == [])
    #expect(table.takeEnded(at: 10).map(\.client) == [8])
    #expect(ended(at: 19) == [])
    #expect(ended(at: 40) == [0, 2])
    #expect(ended(at: .max - 1) == [])
  }

  @Test("a fresh pass stands instead of the last one") func renewed() {
    table.set(Pass(end: 10, peers: bounds), of: 3, 1)
    table.set(Pass(end: 30), of: 3, 1)
    #expect(table.peers(of: 3) == nil)
    #expect(ended(at: 29) == [])
    #expect(ended(at: 30) == [3])
  }

  @Test("what was removed does not end, and is bound to nobody") func removed() {
    table.set(Pass(end: 10, peers: bounds), of: 3, 1)
    #expect(table.peers(of: 3) === bounds)
    table.remove(3)
    #expect(table.peers(of: 3) == nil)
    #expect(ended(at: 10) == [])
  }

  @Test("another connection at the same slot is another") func slot() {
    // The slot is the lower half of the number.
    let older = ConnectionID(rawValue: 1 << 32 | 5)
    let newer = ConnectionID(rawValue: 2 << 32 | 5)
    table.set(Pass(end: 10, peers: bounds), of: older, 1)
    #expect(table.peers(of: newer) == nil)
    table.set(Pass(end: 20), of: newer, 2)
    table.remove(older)
    #expect(ended(at: 10) == [])
    #expect(ended(at: 20) == [newer.rawValue])
    table.remove(99)
  }
}
