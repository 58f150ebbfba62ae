import CUV

/// One TCP connection (libuv `uv_tcp_t`).
///
/// Subclass it and override what should happen.
///
/// Reads land in one buffer that all the streams of a loop share: libuv asks for room, reads and
/// hands the bytes over in one breath, so an idle connection holds no buffer of its own.
open class TCPStream: Handle {
  /// Makes a stream that is not connected yet.
  ///
  /// - Throws: `UVError` (`uv_tcp_init`).
  public init(on loop: EventLoop) throws(UVError) {
    unsafe try super.init(uv_tcp_t.self, on: loop, call: "uv_tcp_init") {
      unsafe uv_tcp_init($0, $1)
    }
  }

  /// Goes on with the connection of `other`, which is an empty shell from now on.
  ///
  /// For connections that change their nature, as in an HTTP upgrade. The caller keeps `other` until
  /// the callback that it is in has returned.
  public init(takingOver other: TCPStream) {
    super.init(takingOver: other)
  }

  // MARK: What happens

  /// Bytes have arrived.
  ///
  /// They may be changed in place and are gone after the call.
  open func received(_ bytes: inout MutableSpan<UInt8>) {}

  /// The peer sends no more (FIN).
  ///
  /// Writing is still possible.
  open func receivedEnd() {}

  /// Reading failed, mostly `ECONNRESET`.
  ///
  /// Only closing is possible now.
  open func readFailed(_ error: UVError) {}

  /// The kernel has taken all of a buffer that was given to ``write(_:)``, or writing failed.
  open func didWrite(_ error: UVError?) {}

  // MARK: What can be done

  /// Starts, or starts again, to read (`uv_read_start`).
  public final func startReading() throws(UVError) {
    guard isOpen, let stream = unsafe cStream else { return }
    let result = unsafe uv_read_start(stream, Self.onAllocate, Self.onRead)
    guard result == 0 || result == UV_EALREADY.rawValue else {
      throw UVError(code: result, call: "uv_read_start")
    }
  }

  /// Leaves what arrives to the kernel, whose full buffer stops the peer (`uv_read_stop`).
  public final func stopReading() {
    guard isOpen, let stream = unsafe cStream else { return }
    unsafe uv_read_stop(stream)
  }

  /// Sends small writes at once, without waiting to fill a segment (`uv_tcp_nodelay`).
  public final func setNoDelay(_ on: Bool) throws(UVError) {
    guard isOpen, let tcp = unsafe cTCP else { return }
    let result = unsafe uv_tcp_nodelay(tcp, on ? 1 : 0)
    guard result == 0 else { throw UVError(code: result, call: "uv_tcp_nodelay") }
  }

  /// Connects to a listener (`uv_tcp_connect`); `completion` runs once, unless closed before.
  public final func connect(
    to address: SocketAddress,
    completion: @escaping (UVError?) -> Void
  ) throws(UVError) {
    guard isOpen, let tcp = unsafe cTCP else { return }
    var storage = sockaddr_storage()
    try address.write(to: &storage)
    let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
    // Balanced in the callback, which libuv calls for each request that it accepted.
    unsafe request.pointee.data = Unmanaged.passRetained(Completion(completion)).toOpaque()
    let result = unsafe withUnsafeBytes(of: &storage) { bytes in
      unsafe uv_tcp_connect(
        request,
        tcp,
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
      ) { request, status in
        guard let request = unsafe request else { return }
        let isOpen = unsafe uv_is_closing(
          UnsafeMutableRawPointer(request.pointee.handle).assumingMemoryBound(to: uv_handle_t.self)
        )
        unsafe Completion.finish(
          request.pointee.data,
          status,
          call: "uv_tcp_connect",
          wanted: isOpen == 0
        )
        unsafe request.deallocate()
      }
    }
    guard result == 0 else {
      unsafe Completion.finish(request.pointee.data, result, call: "uv_tcp_connect", wanted: false)
      unsafe request.deallocate()
      throw UVError(code: result, call: "uv_tcp_connect")
    }
  }

  /// Ends the connection with RST instead of FIN (`uv_tcp_close_reset`).
  ///
  /// What the kernel has not sent yet is dropped.
  public final func closeWithReset() {
    guard isOpen, let tcp = unsafe cTCP else { return }
    // Refused while a shutdown is under way: FIN it is, then.
    if unsafe uv_tcp_close_reset(tcp, Self.onClose) != 0 { close() }
  }

  /// The other end's address (`uv_tcp_getpeername`); `nil` when not connected any more.
  public final var peerAddress: SocketAddress? {
    guard isOpen, let tcp = unsafe cTCP else { return nil }
    return unsafe SocketAddress.ask(tcp, uv_tcp_getpeername)
  }

  /// This end's address (`uv_tcp_getsockname`).
  public final var localAddress: SocketAddress? {
    guard isOpen, let tcp = unsafe cTCP else { return nil }
    return unsafe SocketAddress.ask(tcp, uv_tcp_getsockname)
  }

  // MARK: libuv's side

  private static let onAllocate: uv_alloc_cb = { handle, _, buffer in
    guard let handle = unsafe handle else { return }
    // The loop's buffer: nobody else uses it between this call and the read that follows.
    unsafe EventLoop.from(uv_handle_get_loop(handle))._withUnsafeGuaranteedRef { loop in
      unsafe buffer?.pointee.base = unsafe loop.readBuffer.baseAddress?.assumingMemoryBound(
        to: CChar.self
      )
      unsafe buffer?.pointee.len = unsafe loop.readBuffer.count
    }
  }

  private static let onRead: uv_read_cb = { stream, count, buffer in
    guard let data = unsafe stream?.pointee.data else { return }
    unsafe Unmanaged<TCPStream>.fromOpaque(data)._withUnsafeGuaranteedRef { stream in
      switch count {
      case 1...:
        guard let start = unsafe buffer?.pointee.base else { return }
        // libuv wrote `count` bytes at `start`, which stay ours until the callback returns.
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
        var span = unsafe bytes.assumingMemoryBound(to: UInt8.self).mutableSpan
        stream.received(&span)
      case 0: break  // Nothing was there after all; the buffer is given back.
      case Int(UV_EOF.rawValue): stream.receivedEnd()
      default: stream.readFailed(UVError(code: Int32(count), call: "uv_read"))
      }
    }
  }

  final var cStream: UnsafeMutablePointer<uv_stream_t>? {
    // A uv_tcp_t begins with the fields of a uv_stream_t.
    unsafe memory?.assumingMemoryBound(to: uv_stream_t.self)
  }

  final var cTCP: UnsafeMutablePointer<uv_tcp_t>? {
    unsafe memory?.assumingMemoryBound(to: uv_tcp_t.self)
  }
}
