import CUV
import Glibc

/// One TCP connection (a socket, watched by a libuv `uv_poll_t`).
///
/// Subclass it and override what should happen.
///
/// It is not a `uv_tcp_t`, which would keep 90 bytes of queues for each connection, needed or not:
/// here libuv says that a socket is readable or writable, and the calls are made where the bytes
/// are. Reads land in one buffer that all the streams of a loop share, so an idle connection holds
/// none of its own; what the kernel does not take waits in a ``PendingOutput`` of the loop.
open class TCPStream: Handle {
  /// Serves a connection that a ``TCPListener`` has accepted.
  ///
  /// - Throws: `UVError` (`uv_poll_init`); the socket is closed then.
  public init(on loop: EventLoop, socket: consuming TCPSocket) throws(UVError) {
    let descriptor = socket.descriptor
    unsafe try super.init(uv_poll_t.self, on: loop, call: "uv_poll_init") {
      unsafe uv_poll_init($0, $1, descriptor)
    }
    _ = socket.release()
  }

  /// Connects to a listener; ``didConnect(_:)`` follows, unless closed before.
  ///
  /// - Throws: `UVError` from `socket` or `connect`, such as `ENETUNREACH`.
  public init(on loop: EventLoop, connectingTo address: SocketAddress) throws(UVError) {
    let socket = try TCPSocket(for: address)
    let descriptor = socket.descriptor
    let result = unsafe try address.pass { unsafe Glibc.connect(descriptor, $0, $1) }
    guard result == 0 || result == -EINPROGRESS else {
      throw UVError(code: result, call: "connect")
    }
    unsafe try super.init(uv_poll_t.self, on: loop, call: "uv_poll_init") {
      unsafe uv_poll_init($0, $1, descriptor)
    }
    _ = socket.release()
    try awaitConnection()
  }

  /// Goes on with the connection of `other`, which is an empty shell from now on.
  ///
  /// For connections that change their nature, as in an HTTP upgrade. The caller keeps `other` until
  /// the callback that it is in has returned.
  public init(takingOver other: TCPStream) {
    super.init(takingOver: other)
  }

  // MARK: What happens

  /// The connection stands, or could not be made.
  open func didConnect(_ error: UVError?) {}

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

  /// The kernel has taken the last of what ``write(_:_:)`` had to queue, or writing failed.
  open func didWrite(_ error: UVError?) {}

  // MARK: What can be done

  /// Whether ``received(_:)`` is called for what arrives.
  public final var isReading: Bool {
    guard isOpen, let handle = unsafe cHandle else { return false }
    // Nothing else than reading keeps the watcher active when no output is pending.
    return pendingOutput?.isReading ?? (unsafe uv_is_active(handle) != 0)
  }

  /// Starts, or starts again, to read.
  ///
  /// In a round of the loop one read is made at most, of ``EventLoop/readBufferBytes``, so that a
  /// flood from one connection does not delay the others.
  ///
  /// - Throws: `UVError` (`uv_poll_start`).
  public final func startReading() throws(UVError) {
    guard isOpen, !isReading else { return }
    pendingOutput?.isReading = true
    try watch(reading: true)
  }

  /// Leaves what arrives to the kernel, whose full buffer stops the peer.
  public final func stopReading() {
    guard isOpen, isReading else { return }
    pendingOutput?.isReading = false
    // Watching for less cannot fail: the socket is watched already.
    try? watch(reading: false)
  }

  /// Sends small writes at once, without waiting to fill a segment (`TCP_NODELAY`).
  ///
  /// On from the start for connections of a ``TCPListener``.
  public final func setNoDelay(_ on: Bool) throws(UVError) {
    guard let descriptor else { return }
    try setOption(Int32(IPPROTO_TCP), TCP_NODELAY, on ? 1 : 0, on: descriptor)
  }

  /// Ends the connection with RST instead of FIN (`SO_LINGER` of no time).
  ///
  /// What the kernel has not sent yet is dropped.
  public final func closeWithReset() {
    guard let descriptor else { return }
    var option = linger(l_onoff: 1, l_linger: 0)
    // The kernel reads the struct during the call; if it refuses, a plain close it is.
    let size = socklen_t(MemoryLayout<linger>.size)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, size)
    close()
  }

  override func willClose() {
    pendingOutput = nil
  }

  /// The other end's address (`getpeername`); `nil` when not connected any more.
  public final var peerAddress: SocketAddress? {
    guard let descriptor else { return nil }
    return unsafe SocketAddress.ask(descriptor) { unsafe getpeername($0, $1, $2) }
  }

  /// The other end's IP address as the 128 bits of an IPv6 one, an IPv4 address as the mapped one
  /// (RFC 4291 §2.5.5.2); `nil` when not connected any more.
  ///
  /// Ten times as fast as ``peerAddress``, which writes it as text.
  public final var peerIP: UInt128? {
    descriptor.flatMap { SocketAddress.peerIP(of: $0) }
  }

  /// This end's address (`getsockname`).
  public final var localAddress: SocketAddress? {
    guard let descriptor else { return nil }
    return unsafe SocketAddress.ask(descriptor) { unsafe getsockname($0, $1, $2) }
  }

  // MARK: libuv's side

  /// Has libuv watch for what is wanted: bytes to read, room to write.
  final func watch(reading: Bool) throws(UVError) {
    guard let poll = unsafe cPoll else { return }
    var events: UInt32 = reading ? UV_READABLE.rawValue : 0
    if pendingOutput != nil { events |= UV_WRITABLE.rawValue }
    let result = unsafe uv_poll_start(poll, Int32(events), Self.onEvents)
    guard result == 0 else { throw UVError(code: result, call: "uv_poll_start") }
  }

  private static let onEvents: uv_poll_cb = { poll, status, events in
    guard let data = unsafe poll?.pointee.data else { return }
    unsafe Unmanaged<TCPStream>.fromOpaque(data)._withUnsafeGuaranteedRef { stream in
      // What failed shows itself in the calls. libuv has stopped the watcher then.
      if status < 0 { return stream.socketFailed() }
      if events & Int32(UV_WRITABLE.rawValue) != 0 { stream.becameWritable() }
      if events & Int32(UV_READABLE.rawValue) != 0 { stream.becameReadable() }
    }
  }

  /// An error waits in the socket: writes and reads fail, but what came before can still be read.
  private func socketFailed() {
    // Without output, reading is what the socket was watched for.
    let isReading = pendingOutput?.isReading ?? true
    try? watch(reading: isReading)
    // First what has come before the error: writing would find the error and end the connection. The
    // event comes again until a call has told the error.
    if isReading, !(pendingOutput?.isConnecting ?? false) { return becameReadable() }
    becameWritable()
  }

  private func becameReadable() {
    guard let handle = unsafe cHandle, let descriptor else { return }
    // The loop's buffer: nobody else uses it until the callback returns, and the loop outlives it.
    let buffer = unsafe EventLoop.from(uv_handle_get_loop(handle))._withUnsafeGuaranteedRef {
      unsafe $0.readBuffer
    }
    let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
    if count > 0 {
      let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      var span = unsafe bytes.assumingMemoryBound(to: UInt8.self).mutableSpan
      return received(&span)
    }
    let error = errno
    if count < 0, error == EAGAIN || error == EINTR { return }
    if count == 0 { receivedEnd() } else { readFailed(UVError(code: -error, call: "recv")) }
    // Nothing more will come. Most streams have been closed by now, and need no call for this.
    stopReading()
  }
}
