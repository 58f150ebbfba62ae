import Testing

@testable import WebSocketServer

@Suite("Connections by address") struct AddressCounterTests {
  private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  @Test("an address has as many as the limit, and one more when one has ended") func limit() throws
  {
    let counter = AddressCounter(limit: 2)
    let one = try address("192.0.2.1")
    let other = try address("192.0.2.2")
    #expect(counter.admit(one, at: 1))
    #expect(counter.admit(one, at: 2))
    #expect(!counter.admit(one, at: 3))
    #expect(counter.admit(other, at: 3))
    counter.release(3)
    counter.release(2)
    #expect(counter.admit(one, at: 4))
    #expect(!counter.admit(one, at: 5))
  }

  @Test("nothing is kept of addresses that have none left") func forgotten() throws {
    let counter = AddressCounter(limit: 2)
    let one = try address("192.0.2.1")
    for slot in 0..<2 { #expect(counter.admit(one, at: UInt32(slot))) }
    #expect(counter.count == 1)
    for slot in 0..<2 { counter.release(UInt32(slot)) }
    counter.release(0)
    #expect(counter.count == 0)
  }

  @Test("a connection counts once, for the address that was named last") func again() throws {
    let counter = AddressCounter(limit: 1)
    let one = try address("192.0.2.1")
    let other = try address("192.0.2.2")
    #expect(counter.admit(one, at: 1))
    #expect(counter.admit(one, at: 1))
    #expect(counter.admit(other, at: 1))
    #expect(counter.admit(one, at: 2))
    #expect(!counter.admit(other, at: 3))
  }

  @Test(
    "which addresses are one",
    arguments: [
      ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
      ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true),
      ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
    ]
  )
  func same(first: String, second: String, isSame: Bool) throws {
    let counter = AddressCounter(limit: 1)
    let (one, other) = (try address(first), try address(second))
    #expect(counter.admit(one, at: 1))
    let isAdmitted = counter.admit(other, at: 2)
    #expect(isAdmitted != isSame)
  }

  @Test("without a limit nothing is counted") func none() throws {
    let counter = AddressCounter(limit: 0)
    let one = try address("192.0.2.1")
    for slot in 0..<9 { #expect(counter.admit(one, at: UInt32(slot))) }
    #expect(counter.count == 0)
  }
}
