import CUV

/// A listening TCP socket (libuv `uv_tcp_t`, `uv_listen`).
public final class TCPListener: Handle {
  private let onConnection: (TCPListener) -> Void

  /// Binds to `address` and listens; `onConnection` is to call ``accept(into:)`` once for each call.
  ///
  /// `::` takes IPv4 connections too. When the process is out of descriptors, libuv accepts and at
  /// once closes what comes, so that the loop does not spin.
  ///
  /// - Parameter backlog: connections that the kernel completes ahead of `accept`.
  /// - Throws: `UVError`, such as `EADDRINUSE` from `uv_listen` or `EACCES` from `uv_tcp_bind`.
  public init(
    on loop: EventLoop,
    address: SocketAddress,
    backlog: Int32 = 4096,
    onConnection: @escaping (TCPListener) -> Void
  ) throws(UVError) {
    self.onConnection = onConnection
    unsafe try super.init(uv_tcp_t.self, on: loop, call: "uv_tcp_init") {
      unsafe uv_tcp_init($0, $1)
    }
    do throws(UVError) {
      try bindAndListen(address, backlog: backlog)
    } catch {
      close()
      throw error
    }
  }

  private func bindAndListen(_ address: SocketAddress, backlog: Int32) throws(UVError) {
    guard let tcp = unsafe memory?.assumingMemoryBound(to: uv_tcp_t.self) else { return }
    var storage = sockaddr_storage()
    try address.write(to: &storage)
    let bound = unsafe withUnsafeBytes(of: &storage) { bytes in
      unsafe uv_tcp_bind(tcp, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), 0)
    }
    guard bound == 0 else { throw UVError(code: bound, call: "uv_tcp_bind") }
    // The same memory: a uv_tcp_t begins with the fields of a uv_stream_t.
    let stream = unsafe UnsafeMutableRawPointer(tcp).assumingMemoryBound(to: uv_stream_t.self)
    let listening = unsafe uv_listen(stream, backlog) { pointer, status in
      guard status == 0, let data = unsafe pointer?.pointee.data else { return }
      let listener = unsafe Unmanaged<TCPListener>.fromOpaque(data).takeUnretainedValue()
      listener.onConnection(listener)
    }
    guard listening == 0 else { throw UVError(code: listening, call: "uv_listen") }
  }

  /// Takes the connection that `onConnection` was called for (`uv_accept`).
  ///
  /// - Throws: `UVError`; the stream is then to be closed.
  public func accept(into stream: TCPStream) throws(UVError) {
    guard isOpen, let memory = unsafe memory, let client = unsafe stream.cStream else {
      throw UVError(code: UV_EBADF.rawValue, call: "uv_accept")
    }
    let result = unsafe uv_accept(memory.assumingMemoryBound(to: uv_stream_t.self), client)
    guard result == 0 else { throw UVError(code: result, call: "uv_accept") }
  }

  /// The address that it listens on, with the port that the system chose (`uv_tcp_getsockname`).
  public var localAddress: SocketAddress? {
    guard isOpen, let memory = unsafe memory else { return nil }
    return unsafe SocketAddress.ask(
      memory.assumingMemoryBound(to: uv_tcp_t.self),
      uv_tcp_getsockname
    )
  }
}

extension SocketAddress {
  /// Calls `uv_tcp_getsockname` or `uv_tcp_getpeername`; `nil` when the socket has no such address.
  static func ask(
    _ tcp: UnsafePointer<uv_tcp_t>,
    _ call: (
      UnsafePointer<uv_tcp_t>?, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<Int32>?
    )
      -> Int32
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes -> SocketAddress? in
      var size = Int32(bytes.count)
      guard let address = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        unsafe call(tcp, address, &size) == 0
      else { return nil }
      return unsafe SocketAddress(address)
    }
  }
}
