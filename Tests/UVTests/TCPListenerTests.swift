import Glibc
import TestSupport
import Testing
import UV

@Suite("TCP listeners") struct TCPListenerTests {
  private func anyPort(_ host: String = "127.0.0.1") throws -> SocketAddress {
    try SocketAddress(host: host, port: 0)
  }

  @Test("port 0 takes a free port, which is known then") func freePort() throws {
    try withLoop { loop in
      let first = try TCPListener(on: loop, address: anyPort()) { _ in }
      let second = try TCPListener(on: loop, address: anyPort()) { _ in }
      let address = try #require(first.localAddress)
      #expect(address.host == "127.0.0.1")
      #expect(address.port > 0)
      #expect(address != second.localAddress)
    }
  }

  @Test("a port in use is EADDRINUSE, by name") func portInUse() throws {
    try withLoop { loop in
      let listener = try TCPListener(on: loop, address: anyPort()) { _ in }
      let address = try #require(listener.localAddress)
      let error = #expect(throws: UVError.self) {
        _ = try TCPListener(on: loop, address: address) { _ in }
      }
      #expect(error?.name == "EADDRINUSE")
      #expect(error?.code == -EADDRINUSE)
      #expect(error?.description == "uv_listen: address already in use (EADDRINUSE)")
    }
  }

  @Test("a port is free again once its listener has closed") func reuse() throws {
    try withLoop { loop in
      let first = try TCPListener(on: loop, address: anyPort()) { _ in }
      let address = try #require(first.localAddress)
      first.close()
      #expect(first.localAddress == nil)
      loop.run()
      let second = try TCPListener(on: loop, address: address) { _ in }
      #expect(second.localAddress == address)
    }
  }

  @Test("an address of another machine cannot be listened on") func foreignAddress() throws {
    try withLoop { loop in
      // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
      let address = try SocketAddress(host: "192.0.2.1", port: 0)
      let error = #expect(throws: UVError.self) {
        _ = try TCPListener(on: loop, address: address) { _ in }
      }
      #expect(error?.name == "EADDRNOTAVAIL")
    }
  }

  @Test("each connection is told once, and accepted") func accept() throws {
    try withLoop { loop in
      var accepted: [RecordingStream] = []
      let listener = try TCPListener(on: loop, address: anyPort()) { listener in
        guard let stream = try? RecordingStream(on: loop) else { return }
        guard (try? listener.accept(into: stream)) != nil else { return }
        accepted.append(stream)
      }
      let address = try #require(listener.localAddress)
      var connected = 0
      for _ in 1...3 {
        try RecordingStream(on: loop).connect(to: address) { error in
          if error == nil { connected += 1 }
        }
      }
      try loop.run { connected == 3 && accepted.count == 3 }
      #expect(accepted.allSatisfy { $0.localAddress == address })
      #expect(Set(accepted.compactMap(\.peerAddress)).count == 3)
    }
  }

  @Test("without a waiting connection there is nothing to accept") func nothingToAccept() throws {
    try withLoop { loop in
      let listener = try TCPListener(on: loop, address: anyPort()) { _ in }
      let stream = try RecordingStream(on: loop)
      #expect(throws: UVError(code: -EAGAIN, call: "uv_accept")) {
        try listener.accept(into: stream)
      }
      listener.close()
      #expect(throws: UVError(code: -EBADF, call: "uv_accept")) {
        try listener.accept(into: stream)
      }
    }
  }

  @Test(":: takes IPv4 connections too") func bothFamilies() throws {
    try withLoop { loop in
      let stream = try RecordingStream(on: loop)
      // A machine may be without IPv6; then there is nothing to test.
      guard
        let listener = try? TCPListener(
          on: loop,
          address: anyPort("::"),
          onConnection: { listener in try? listener.accept(into: stream) }
        )
      else { return }
      let port = try #require(listener.localAddress).port
      var isConnected = false
      let client = try RecordingStream(on: loop)
      try client.connect(to: SocketAddress(host: "127.0.0.1", port: port)) { error in
        isConnected = error == nil
      }
      try loop.run { isConnected && stream.peerAddress != nil }
      #expect(stream.peerAddress?.host == "::ffff:127.0.0.1")
    }
  }
}
