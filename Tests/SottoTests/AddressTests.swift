import Testing
import WebSocketServer

@testable import sotto

@Suite("Address") struct AddressTests {
  @Test(
    "an address to bind is numeric",
    arguments: ["127.0.0.1", "0.0.0.0", "::", "::1", "2001:db8::1", "::ffff:127.0.0.1"]
  )
  func address(text: String) {
    #expect(ArgumentSyntax<String>.address.parse(text) == text)
  }

  @Test("localhost is the IPv4 loopback address") func localhost() {
    #expect(ArgumentSyntax<String>.address.parse("localhost") == "127.0.0.1")
  }

  @Test(
    "anything else is no address to bind",
    arguments: ["", "example.com", "127.0.0.1:80", "[::1]", "127.1", "*", "10.0.0.0/8", "--port"]
  )
  func refused(text: String) {
    #expect(ArgumentSyntax<String>.address.parse(text) == nil)
  }

  @Test("a range is an address or CIDR notation", arguments: ["10.0.0.0/8", "fd00::/8", "::1"])
  func range(text: String) {
    #expect(ArgumentSyntax<AddressRange>.addressRange.parse(text) == AddressRange(text))
    #expect(AddressRange(text) != nil)
  }

  @Test("anything else is no range", arguments: ["", "10.0.0.0/33", "localhost", "10.0.0.0/8,::1"])
  func noRange(text: String) {
    #expect(ArgumentSyntax<AddressRange>.addressRange.parse(text) == nil)
  }
}
