import Glibc
import TestSupport
import Testing

@testable import UV

@Suite("TCP sockets that nobody serves yet") struct TCPSocketTests {
  private func isOpen(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) >= 0 }

  @Test("a socket that is dropped is closed") func dropped() throws {
    let descriptor: Int32
    do {
      let socket = try TCPSocket.unconnected()
      descriptor = socket.descriptor
      #expect(isOpen(descriptor))
    }
    #expect(!isTCP(descriptor))
  }

  /// Whether the number means a TCP socket that is not connected, whoever opened it.
  private func isTCP(_ descriptor: Int32) -> Bool {
    unsafe SocketAddress.ask(descriptor) { unsafe getsockname($0, $1, $2) }?.port == 0
  }

  @Test("a released one is its new owner's") func released() throws {
    let descriptor = try TCPSocket.unconnected().release()
    #expect(isOpen(descriptor))
    #expect(close(descriptor) == 0)
  }

  @Test("it neither blocks nor is inherited by programs that are started") func flags() throws {
    let socket = try TCPSocket.unconnected()
    #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test(
    "its family is that of the address",
    arguments: [("127.0.0.1", AF_INET), ("::1", AF_INET6)]
  )
  func family(host: String, expected: Int32) throws {
    // A machine may be without IPv6.
    guard let socket = try? TCPSocket(for: SocketAddress(host: host, port: 0)) else { return }
    var family: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    #expect(unsafe getsockopt(socket.descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0)
    #expect(family == expected)
  }
}
