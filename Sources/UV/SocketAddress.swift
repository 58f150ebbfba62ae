import CUV

/// An IP address and a TCP port.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
  /// The numeric address, such as `127.0.0.1` or `::1`.
  public let host: String
  /// 0 to 65535; 0 asks the system for a free one when bound.
  public let port: Int

  /// Wraps a numeric IPv4 or IPv6 address.
  ///
  /// - Throws: `UVError` with `EINVAL` when `host` is not one, or `port` is out of range.
  public init(host: String, port: Int) throws(UVError) {
    self.host = host
    self.port = port
    var storage = sockaddr_storage()
    try write(to: &storage)
  }

  /// Finds the address of a host name, or takes a numeric one as it is (`uv_getaddrinfo`).
  ///
  /// Waits for the answer of the system's resolver: meant for the start of a program only.
  ///
  /// - Throws: `UVError` when the name is not known.
  public static func resolve(_ host: String, port: Int, on loop: EventLoop) throws(UVError) -> Self
  {
    if let numeric = try? SocketAddress(host: host, port: port) { return numeric }
    var request = unsafe uv_getaddrinfo_t()
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    // Without a callback the call is synchronous, and `request` needs to live no longer than it.
    let result = unsafe uv_getaddrinfo(loop.pointer, &request, nil, host, nil, &hints)
    guard result == 0 else { throw UVError(code: result, call: "uv_getaddrinfo") }
    defer { unsafe uv_freeaddrinfo(request.addrinfo) }
    guard let found = unsafe request.addrinfo.pointee.ai_addr,
      let address = unsafe SocketAddress(found)
    else { throw UVError(code: UV_EAI_FAIL.rawValue, call: "uv_getaddrinfo") }
    return try SocketAddress(host: address.host, port: port)
  }

  /// For instance `127.0.0.1:8000` or `[::1]:8000`.
  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Reads what the system wrote; `nil` for other families than IPv4 and IPv6.
  init?(_ address: UnsafePointer<sockaddr>) {
    let port: UInt16
    switch unsafe Int32(address.pointee.sa_family) {
    case AF_INET:
      // The family says what the rest is; the system allocated enough of it.
      port = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_port
    case AF_INET6:
      port = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_port
    default: return nil
    }
    self.port = Int(UInt16(bigEndian: port))
    var host = ""
    // 64 bytes: INET6_ADDRSTRLEN is 46, and a scope takes a few more.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
      guard let start = name.baseAddress,
        unsafe uv_ip_name(address, start, name.count) == 0
      else { return }
      unsafe host = String(cString: start)
    }
    self.host = host
  }

  /// Writes the system's form.
  func write(to storage: inout sockaddr_storage) throws(UVError) {
    guard (0...65535).contains(port) else {
      throw UVError(code: UV_EINVAL.rawValue, call: "uv_ip4_addr")
    }
    // sockaddr_storage is large enough for every family, by POSIX.
    let result = unsafe withUnsafeMutableBytes(of: &storage) { bytes -> Int32 in
      guard let start = bytes.baseAddress else { return UV_EINVAL.rawValue }
      if host.contains(":") {
        return unsafe uv_ip6_addr(
          host,
          Int32(port),
          start.assumingMemoryBound(to: sockaddr_in6.self)
        )
      }
      return unsafe uv_ip4_addr(host, Int32(port), start.assumingMemoryBound(to: sockaddr_in.self))
    }
    guard result == 0 else {
      throw UVError(code: result, call: host.contains(":") ? "uv_ip6_addr" : "uv_ip4_addr")
    }
  }
}
