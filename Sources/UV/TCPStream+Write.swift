import CUV
import Glibc

extension TCPStream {
  /// Hands bytes to the kernel as far as it takes them now (`send`).
  ///
  /// - Parameter isLast: whether ``shutDown()`` follows at once, so that FIN goes in the same packet
  ///   (`MSG_MORE`), which spares the peer and this end one.
  /// - Returns: how many it took; 0 when it takes none, or when earlier ones are still queued.
  /// - Throws: `UVError`, mostly `EPIPE` or `ECONNRESET`.
  public final func tryWrite(
    _ bytes: Span<UInt8>,
    isLast: Bool = false
  ) throws(UVError) -> Int {
    guard let descriptor else { throw .closed("send") }
    guard pendingOutput?.isEmpty ?? true else { return 0 }
    return try Self.send(bytes, to: descriptor, isLast: isLast)
  }

  /// The same for two pieces in one system call (`sendmsg`).
  public final func tryWrite(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(UVError) -> Int {
    guard let descriptor else { throw .closed("sendmsg") }
    guard pendingOutput?.isEmpty ?? true else { return 0 }
    return try Self.send(first, second, to: descriptor)
  }

  /// Hands the bytes of both pieces to the kernel, and queues what it does not take.
  ///
  /// Nothing is copied: the queue shares the memory of the arrays that these are slices of.
  ///
  /// - Returns: how many bytes it took at once. Unless that is all, ``didWrite(_:)`` follows in a later
  ///   round, when it has taken the last of them.
  /// - Throws: `UVError`; the connection is then of no use any more.
  @discardableResult
  public final func write(
    _ first: ArraySlice<UInt8>,
    _ second: ArraySlice<UInt8> = []
  ) throws(UVError) -> Int {
    guard let descriptor else { throw .closed("send") }
    if let pendingOutput {
      guard !pendingOutput.endsWithFIN else { throw UVError(code: -EPIPE, call: "send") }
      pendingOutput.append(first, second)
      return 0
    }
    let taken = try Self.send(first.span, second.span, to: descriptor)
    guard taken < first.count + second.count else { return taken }
    let ofFirst = min(taken, first.count)
    try awaitRoom().append(first.dropFirst(ofFirst), second.dropFirst(taken - ofFirst))
    return taken
  }

  /// Bytes given to ``write(_:_:)`` that the kernel has not taken yet.
  public final var queuedBytes: Int { pendingOutput?.count ?? 0 }

  /// Sends FIN once all that is queued has been taken (`shutdown`); reading goes on.
  ///
  /// - Throws: `UVError`, such as `ENOTCONN` when the peer is gone.
  public final func shutDown() throws(UVError) {
    guard let descriptor else { throw .closed("shutdown") }
    if let pendingOutput, !pendingOutput.isEmpty {
      pendingOutput.endsWithFIN = true
      return
    }
    guard Glibc.shutdown(descriptor, Int32(SHUT_WR)) == 0 else {
      throw UVError(code: -errno, call: "shutdown")
    }
  }

  /// Bytes that the peer's TCP has acknowledged so far (Linux `TCP_INFO`); `nil` where not known.
  public final var acknowledgedBytes: Int? {
    askSocket { Int(cuv_bytes_acked($0)) }
  }

  /// Bytes in the kernel's hands that the peer's TCP has not acknowledged (Linux `SIOCOUTQ`).
  public final var unacknowledgedBytes: Int? {
    askSocket { Int(cuv_bytes_outstanding($0)) }
  }

  private func askSocket(_ question: (Int32) -> Int) -> Int? {
    guard let descriptor else { return nil }
    let answer = question(descriptor)
    return answer >= 0 ? answer : nil
  }

  // MARK: What waits

  /// What waits for the socket to be writable, kept by the loop under the handle's address.
  final var pendingOutput: PendingOutput? {
    get {
      guard let handle = unsafe cHandle else { return nil }
      return unsafe EventLoop.from(uv_handle_get_loop(handle))._withUnsafeGuaranteedRef {
        unsafe $0.pendingOutput(of: UnsafeRawPointer(handle))
      }
    }
    set {
      guard let handle = unsafe cHandle else { return }
      unsafe EventLoop.from(uv_handle_get_loop(handle))._withUnsafeGuaranteedRef {
        unsafe $0.setPendingOutput(newValue, of: UnsafeRawPointer(handle))
      }
    }
  }

  /// Has the socket watched until the connection stands.
  final func awaitConnection() throws(UVError) {
    try awaitRoom().isConnecting = true
  }

  private func awaitRoom() throws(UVError) -> PendingOutput {
    let output = PendingOutput(isReading: isReading)
    pendingOutput = output
    try watch(reading: output.isReading)
    return output
  }

  /// The socket can be written, or is broken.
  final func becameWritable() {
    guard let output = pendingOutput, let descriptor else { return }
    if output.isConnecting {
      output.isConnecting = false
      let error = Self.pendingError(of: descriptor)
      if error != nil { outputEnded(output) }
      didConnect(error)
    }
    do throws(UVError) {
      while isOpen, output.hasPieces {
        let isWhole = try output.takeFirst {
          (first: Span<UInt8>, second: Span<UInt8>) throws(UVError) -> Int in
          try Self.send(first, second, to: descriptor)
        }
        guard isWhole else { return }
        didWrite(nil)
      }
      // It may have been closed, or taken over: then this is the successor's.
      guard isOpen else { return }
      outputEnded(output)
      if output.endsWithFIN { try shutDown() }
    } catch {
      // Once for all that waits: nothing of it can be sent any more.
      didWrite(error)
      outputEnded(output)
    }
  }

  private func outputEnded(_ output: PendingOutput) {
    guard pendingOutput === output else { return }
    pendingOutput = nil
    // Watching for less than before cannot fail.
    try? watch(reading: output.isReading)
  }

  // MARK: The system's calls

  private static func send(
    _ bytes: Span<UInt8>,
    to descriptor: Int32,
    isLast: Bool = false
  ) throws(UVError) -> Int {
    let flags = isLast ? MSG_NOSIGNAL | MSG_MORE : MSG_NOSIGNAL
    // The kernel reads the bytes during the call only.
    let result = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(flags))
    }
    return try taken(result, call: "send")
  }

  private static func send(
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    to descriptor: Int32
  ) throws(UVError) -> Int {
    if first.isEmpty, second.isEmpty { return 0 }
    if second.isEmpty { return try send(first, to: descriptor) }
    if first.isEmpty { return try send(second, to: descriptor) }
    // The kernel reads the bytes during the call only.
    let result = unsafe first.withUnsafeBytes { first -> Int in
      unsafe second.withUnsafeBytes { second -> Int in
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { pieces -> Int in
          unsafe pieces[0] = iovec(readOnly: first)
          unsafe pieces[1] = iovec(readOnly: second)
          var message = unsafe msghdr()
          unsafe message.msg_iov = pieces.baseAddress
          unsafe message.msg_iovlen = 2
          return unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
        }
      }
    }
    return try taken(result, call: "sendmsg")
  }

  static func taken(_ result: Int, call: String) throws(UVError) -> Int {
    if result >= 0 { return result }
    let error = errno
    // Interrupted, or out of buffers: as good as no room, and tried again when there is.
    if error == EAGAIN || error == EINTR || error == ENOBUFS { return 0 }
    throw UVError(code: -error, call: call)
  }

  /// What a connection attempt ended with (`SO_ERROR`); `nil` when it stands.
  private static func pendingError(of descriptor: Int32) -> UVError? {
    var error: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    // The kernel writes four bytes during the call.
    let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
    guard result == 0 else { return UVError(code: -errno, call: "connect") }
    return error == 0 ? nil : UVError(code: -error, call: "connect")
  }
}

extension iovec {
  /// For calls that only read: the system has one type for both directions.
  init(readOnly bytes: UnsafeRawBufferPointer) {
    unsafe self.init(
      iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress),
      iov_len: bytes.count
    )
  }
}

extension UVError {
  static func closed(_ call: String) -> UVError {
    UVError(code: UV_EBADF.rawValue, call: call)
  }
}
