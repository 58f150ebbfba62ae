import Testing

@testable import WebSocketServer

@Suite("IP address") struct IPAddressTests {
  @Test(
    "an IPv4 address is four decimal octets",
    arguments: [
      ("0.0.0.0", 0xffff_0000_0000), ("127.0.0.1", 0xffff_7f00_0001),
      ("255.255.255.255", 0xffff_ffff_ffff),
    ] as [(String, UInt128)]
  )
  func ipv4(text: String, bits: UInt128) {
    #expect(IPAddress(text)?.bits == bits)
    #expect(IPAddress(text)?.isIPv4 == true)
  }

  @Test(
    "an IPv6 address is eight groups, or fewer around one ::",
    arguments: [
      ("::", 0), ("::1", 1), ("1::", 1 << 112),
      ("2001:db8::1", 0x2001_0db8_0000_0000_0000_0000_0000_0001),
      ("2001:DB8:0:0:0:0:0:1", 0x2001_0db8_0000_0000_0000_0000_0000_0001),
      ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008),
      ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000),
      ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004_0005_0006_0007_0008),
      ("64:ff9b::192.0.2.33", 0x0064_ff9b_0000_0000_0000_0000_c000_0221),
      ("1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004_0005_0006_0102_0304),
    ] as [(String, UInt128)]
  )
  func ipv6(text: String, bits: UInt128) {
    #expect(IPAddress(text)?.bits == bits)
    #expect(IPAddress(text)?.isIPv4 == false)
  }

  @Test("an IPv4 address mapped into IPv6 is that IPv4 address")
  func mapped() {
    #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
    #expect(IPAddress("::FFFF:c000:0201") == IPAddress("192.0.2.1"))
    #expect(IPAddress("::192.0.2.1") != IPAddress("192.0.2.1"))
  }

  @Test(
    "anything else is no address",
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.", "1..3.4", "1.2.3.+4",
      "1.2.3.-4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4/8", "1.2.3.٤", "0x7f.0.0.1", "localhost",
      ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "::1::", "1::2::3",
      "12345::", "g::", "+1::", "::+1", "1:", ":1", "::1:", ":1::", "::1.2.3", "1.2.3.4::",
      "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "[::1]", "::１",
    ]
  )
  func refused(text: String) {
    #expect(IPAddress(text) == nil)
  }
}
