import Messaging
import Testing

@Suite("Connection id") struct OutletTests {
  @Test("a connection is its number", arguments: [0, 1, .max] as [UInt64])
  func number(value: UInt64) {
    #expect(ConnectionID(rawValue: value).rawValue == value)
    #expect(ConnectionID(rawValue: value) == ConnectionID(rawValue: value))
    #expect(ConnectionID(rawValue: value) != ConnectionID(rawValue: value &+ 1))
  }
}
