import Glibc
import TestSupport
import Testing
import UV

@Suite("Socket addresses") struct SocketAddressTests {
  @Test(
    "a numeric address and a port are kept and written",
    arguments: [
      ("127.0.0.1", 8000, "127.0.0.1:8000"), ("0.0.0.0", 0, "0.0.0.0:0"),
      ("255.255.255.255", 65535, "255.255.255.255:65535"), ("::1", 8000, "[::1]:8000"),
      ("::", 1, "[::]:1"), ("2001:db8::ff", 443, "[2001:db8::ff]:443"),
    ]
  )
  func numeric(host: String, port: Int, description: String) throws {
    let address = try SocketAddress(host: host, port: port)
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.description == description)
  }

  @Test(
    "what is no numeric address is refused",
    arguments: ["", "localhost", "127.0.0", "127.0.0.256", "1.2.3.4.5", "127.0.0.1 ", "a.b.c.d"]
  )
  func notNumeric(host: String) {
    #expect(throws: UVError(code: -EINVAL, call: "uv_ip4_addr")) {
      try SocketAddress(host: host, port: 80)
    }
  }

  @Test("nor is a wrong IPv6 address", arguments: [":", ":::", "1:2", "::g", "[::1]", "::1:"])
  func notIPv6(host: String) {
    #expect(throws: UVError(code: -EINVAL, call: "uv_ip6_addr")) {
      try SocketAddress(host: host, port: 80)
    }
  }

  @Test("a port is 0 to 65535", arguments: [-1, 65536, .min, .max])
  func port(port: Int) {
    for host in ["127.0.0.1", "::1"] {
      #expect(throws: UVError.self) { try SocketAddress(host: host, port: port) }
    }
  }

  @Test("equal addresses are equal") func equality() throws {
    let address = try SocketAddress(host: "127.0.0.1", port: 1)
    #expect(try address == SocketAddress(host: "127.0.0.1", port: 1))
    #expect(try address != SocketAddress(host: "127.0.0.1", port: 2))
    #expect(try address != SocketAddress(host: "127.0.0.2", port: 1))
  }

  @Test("a numeric address is resolved to itself", arguments: ["127.0.0.1", "::1"])
  func resolveNumeric(host: String) throws {
    try withLoop { loop in
      let address = try SocketAddress.resolve(host, port: 80, on: loop)
      #expect(try address == SocketAddress(host: host, port: 80))
    }
  }

  @Test("localhost is resolved to the loopback address, with the port") func resolveName() throws {
    try withLoop { loop in
      let address = try SocketAddress.resolve("localhost", port: 8080, on: loop)
      #expect(["127.0.0.1", "::1"].contains(address.host))
      #expect(address.port == 8080)
    }
  }

  @Test("a name that cannot exist is an error of the resolver") func resolveNothing() throws {
    try withLoop { loop in
      // Longer than any name: the answer needs no network.
      let name = String(repeating: "a", count: 300)
      let error = #expect(throws: UVError.self) {
        try SocketAddress.resolve(name, port: 80, on: loop)
      }
      #expect(error?.call == "uv_getaddrinfo")
    }
  }
}
