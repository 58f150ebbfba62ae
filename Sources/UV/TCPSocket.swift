import CUV
import Glibc

/// A TCP socket that nobody serves yet: a descriptor with one owner.
///
/// A ``TCPListener`` hands one out for each connection, and ``TCPStream/init(on:socket:)`` takes it.
/// Whoever drops it closes it.
public struct TCPSocket: ~Copyable {
  /// The descriptor, non-blocking and closed in programs that are started.
  let descriptor: Int32
  /// The other end's IP address as `TCPStream.peerIP` gives it; `nil` when not known.
  public let peerIP: UInt128?

  /// Takes over a descriptor, which must be one of a non-blocking TCP socket.
  init(owning descriptor: Int32, peerIP: UInt128?) {
    self.descriptor = descriptor
    self.peerIP = peerIP
  }

  /// Makes a socket that is not connected, of the family of `address`.
  ///
  /// - Throws: `UVError` (`socket`), such as `EMFILE`.
  public init(for address: SocketAddress) throws(UVError) {
    let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    let made = Glibc.socket(address.isIPv6 ? AF_INET6 : AF_INET, Int32(type), 0)
    guard made >= 0 else { throw UVError(code: -errno, call: "socket") }
    descriptor = made
    peerIP = nil
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// Gives the descriptor to a new owner.
  consuming func release() -> Int32 {
    let descriptor = descriptor
    discard self
    return descriptor
  }
}

extension SocketAddress {
  var isIPv6: Bool { host.contains(":") }

  /// Calls `bind` or `connect` with the address.
  ///
  /// - Returns: 0, or `-errno`.
  func pass(
    to call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(UVError) -> Int32 {
    var storage = sockaddr_storage()
    try write(to: &storage)
    let size = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
    return unsafe withUnsafeBytes(of: &storage) { bytes -> Int32 in
      // sockaddr_storage is aligned for, and as large as, every address, by POSIX.
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return -EINVAL
      }
      return unsafe call(start, socklen_t(size)) == 0 ? 0 : -errno
    }
  }

  /// What `getsockname` or `getpeername` says; `nil` when the socket has no such address.
  static func ask(
    _ descriptor: Int32,
    _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> SocketAddress? {
    unsafe ask(descriptor, call) { unsafe SocketAddress($0) }
  }

  /// The other end's IP address as the 128 bits of an IPv6 one (see `TCPStream.peerIP`).
  static func peerIP(of descriptor: Int32) -> UInt128? {
    unsafe ask(descriptor, { unsafe getpeername($0, $1, $2) }) {
      // The system was given room for every kind of address.
      unsafe UnsafeRawPointer($0).loadUnaligned(as: sockaddr_in6.self).ip
    }
  }

  private static func ask<T>(
    _ descriptor: Int32,
    _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32,
    _ read: (UnsafePointer<sockaddr>) -> T?
  ) -> T? {
    var storage = sockaddr_storage()
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes -> T? in
      var size = socklen_t(bytes.count)
      guard let address = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        unsafe call(descriptor, address, &size) == 0
      else { return nil }
      return unsafe read(address)
    }
  }
}

extension sockaddr_in6 {
  /// The IP address in the memory of this struct (see `TCPStream.peerIP`).
  ///
  /// It may also be one of IPv4: the family, which stands first in both structs, says so.
  var ip: UInt128? {
    unsafe withUnsafeBytes(of: self) { bytes in
      // A sockaddr_in is the shorter of the two.
      switch Int32(sin6_family) {
      case AF_INET:
        let ip = unsafe bytes.loadUnaligned(as: sockaddr_in.self).sin_addr
        return 0xffff << 32 | UInt128(UInt32(bigEndian: ip.s_addr))
      case AF_INET6:
        return unsafe withUnsafeBytes(of: sin6_addr) {
          unsafe UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self))
        }
      default: return nil
      }
    }
  }
}

/// Sets an integer option of a socket (`setsockopt`).
func setOption(_ level: Int32, _ name: Int32, _ value: Int32, on descriptor: Int32) throws(UVError)
{
  var value = value
  // The kernel reads four bytes during the call.
  let result = unsafe setsockopt(descriptor, level, name, &value, socklen_t(4))
  guard result == 0 else { throw UVError(code: -errno, call: "setsockopt") }
}
