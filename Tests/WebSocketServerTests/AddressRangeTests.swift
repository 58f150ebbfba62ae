import Testing

@testable import WebSocketServer

@Suite("Address range (CIDR)") struct AddressRangeTests {
  @Test(
    "a range holds the addresses that share its prefix",
    arguments: [
      ("10.0.0.0/8", "10.0.0.0"), ("10.0.0.0/8", "10.255.255.255"), ("10.1.2.3/8", "10.9.9.9"),
      ("192.0.2.128/25", "192.0.2.128"), ("192.0.2.1/31", "192.0.2.0"),
      ("0.0.0.0/0", "203.0.113.9"),
      ("192.0.2.1", "192.0.2.1"), ("192.0.2.1/32", "192.0.2.1"),
      ("10.0.0.0/8", "::ffff:10.1.2.3"), ("::ffff:10.0.0.0/104", "10.1.2.3"),
      ("::ffff:0:0/96", "203.0.113.9"),
      ("2001:db8::/32", "2001:db8:ffff::1"), ("fd00::/8", "fdff::1"), ("::/0", "2001:db8::1"),
      ("::1", "::1"), ("::1/128", "::1"),
    ]
  )
  func inside(range: String, address: String) throws {
    let range = try #require(AddressRange(range))
    #expect(range.contains(try #require(IPAddress(address))))
  }

  @Test(
    "a range holds no other address",
    arguments: [
      ("10.0.0.0/8", "9.255.255.255"), ("10.0.0.0/8", "11.0.0.0"),
      ("192.0.2.128/25", "192.0.2.127"), ("192.0.2.1", "192.0.2.2"), ("10.0.0.0/8", "::10.1.2.3"),
      ("2001:db8::/32", "2001:db9::"), ("::1", "::2"),
      ("::/0", "203.0.113.9"), ("::/0", "::ffff:203.0.113.9"), ("0.0.0.0/0", "2001:db8::1"),
    ]
  )
  func outside(range: String, address: String) throws {
    let range = try #require(AddressRange(range))
    #expect(!range.contains(try #require(IPAddress(address))))
  }

  @Test(
    "anything else is no range",
    arguments: [
      "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08",
      "10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "10.0.0.0/99999999999999999999", "10.0.0/8", "::/129",
      "::/", "::ffff:10.0.0.0/129", "example.com", "10.0.0.0 /8",
    ]
  )
  func refused(text: String) {
    #expect(AddressRange(text) == nil)
  }
}
