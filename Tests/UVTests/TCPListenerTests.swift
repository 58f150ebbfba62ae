import Glibc
import TestSupport
import Testing

@testable import UV

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
      #expect(error?.description == "bind: address already in use (EADDRINUSE)")
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
      let listener = try TCPListener(on: loop, address: anyPort()) { socket in
        if let stream = try? RecordingStream(on: loop, socket: socket) { accepted.append(stream) }
      }
      let address = try #require(listener.localAddress)
      let clients = try (1...3).map { _ in
        try RecordingStream(on: loop, connectingTo: address)
      }
      try loop.run { clients.allSatisfy(\.isConnected) && accepted.count == 3 }
      #expect(accepted.allSatisfy { $0.localAddress == address })
      #expect(Set(accepted.compactMap(\.peerAddress)).count == 3)
    }
  }

  @Test("a connection that nobody takes is closed") func dropped() throws {
    try withLoop { loop in
      let listener = try TCPListener(on: loop, address: anyPort()) { _ in }
      let address = try #require(listener.localAddress)
      let client = try RecordingStream(on: loop, connectingTo: address)
      try loop.run { client.isConnected }
      try client.startReading()
      try loop.run { client.hasEnded }
    }
  }

  @Test("a crowd is taken in portions, and whole") func crowd() throws {
    try withLoop { loop in
      var accepted = 0
      var rounds: [Int] = []
      let listener = try TCPListener(on: loop, address: anyPort()) { _ in accepted += 1 }
      let address = try #require(listener.localAddress)
      let count = TCPListener.connectionsPerRound * 2 + 1
      let clients = try (0..<count).map { _ in
        try RecordingStream(on: loop, connectingTo: address)
      }
      let hook = try LoopHook(on: loop, .afterEvents) { rounds.append(accepted) }
      hook.start()
      try loop.run { accepted == count }
      #expect(rounds.first == TCPListener.connectionsPerRound)
      for client in clients { client.close() }
    }
  }

  @Test("a listener may be closed by what it accepts") func closedWithin() throws {
    try withLoop { loop in
      var listener: TCPListener?
      var accepted = 0
      listener = try TCPListener(on: loop, address: anyPort()) { _ in
        accepted += 1
        listener?.close()
      }
      let address = try #require(listener?.localAddress)
      let clients = try (1...2).map { _ in try RecordingStream(on: loop, connectingTo: address) }
      try loop.run { accepted > 0 }
      #expect(clients.count == 2)
      #expect(accepted == 1)
      listener = nil
    }
  }

  @Test(":: takes IPv4 connections too") func bothFamilies() throws {
    try withLoop { loop in
      var stream: RecordingStream?
      var peerIP: UInt128?
      // A machine may be without IPv6; then there is nothing to test.
      guard
        let listener = try? TCPListener(
          on: loop,
          address: anyPort("::"),
          onConnection: {
            peerIP = $0.peerIP
            stream = try? RecordingStream(on: loop, socket: $0)
          }
        )
      else { return }
      let port = try #require(listener.localAddress).port
      let address = try SocketAddress(host: "127.0.0.1", port: port)
      let client = try RecordingStream(on: loop, connectingTo: address)
      try loop.run { client.isConnected && stream != nil }
      #expect(stream?.peerAddress?.host == "::ffff:127.0.0.1")
      #expect(stream?.peerIP == 0xffff_7f00_0001)
      #expect(peerIP == 0xffff_7f00_0001)
    }
  }

  @Test("a socket knows who is at its other end", arguments: ["127.0.0.1", "::1"])
  func peerIP(host: String) throws {
    try withLoop { loop in
      var stream: RecordingStream?
      var peerIP: UInt128?
      guard
        let listener = try? TCPListener(
          on: loop,
          address: anyPort(host),
          onConnection: {
            peerIP = $0.peerIP
            stream = try? RecordingStream(on: loop, socket: $0)
          }
        )
      else { return }
      let address = try #require(listener.localAddress)
      let client = try RecordingStream(on: loop, connectingTo: address)
      try loop.run { client.isConnected && stream != nil }
      #expect(peerIP == (host == "::1" ? 1 : 0xffff_7f00_0001))
    }
  }
}
