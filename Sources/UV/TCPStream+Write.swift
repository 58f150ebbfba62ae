import CUV

extension TCPStream {
  /// Hands bytes to the kernel as far as it takes them now (`uv_try_write`).
  ///
  /// - Returns: how many it took; 0 when it takes none, or when earlier ones are still queued.
  /// - Throws: `UVError`, mostly `EPIPE` or `ECONNRESET`.
  public final func tryWrite(_ bytes: Span<UInt8>) throws(UVError) -> Int {
    guard isOpen, let stream = unsafe cStream else { throw .closed("uv_try_write") }
    // libuv reads the bytes during the call only.
    let result = unsafe bytes.withUnsafeBufferPointer { bytes -> Int32 in
      var buffer = unsafe uv_buf_t(readOnly: bytes)
      return unsafe uv_try_write(stream, &buffer, 1)
    }
    return try Self.taken(result)
  }

  /// The same for two pieces in one system call (`writev`).
  public final func tryWrite(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(UVError) -> Int {
    guard isOpen, let stream = unsafe cStream else { throw .closed("uv_try_write") }
    let result = unsafe first.withUnsafeBufferPointer { first -> Int32 in
      unsafe second.withUnsafeBufferPointer { second -> Int32 in
        unsafe withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: 2) { pieces -> Int32 in
          unsafe pieces[0] = uv_buf_t(readOnly: first)
          unsafe pieces[1] = uv_buf_t(readOnly: second)
          return unsafe uv_try_write(stream, pieces.baseAddress, 2)
        }
      }
    }
    return try Self.taken(result)
  }

  /// Queues the bytes of `buffer` from `offset` on (`uv_write`); ``didWrite(_:)`` follows when the
  /// kernel has taken the last of them.
  ///
  /// What is added to the buffer later is not sent.
  ///
  /// - Throws: `UVError`; the connection is then of no use any more.
  public final func write(_ buffer: ByteBuffer, from offset: Int = 0) throws(UVError) {
    precondition(offset >= 0 && offset <= buffer.count)
    guard isOpen, let stream = unsafe cStream else { throw .closed("uv_write") }
    let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
    var piece = unsafe uv_buf_t(
      base: (buffer.start + offset).assumingMemoryBound(to: CChar.self),
      len: buffer.count - offset
    )
    // Retained until the callback, which follows each accepted request.
    unsafe request.pointee.data = Unmanaged.passRetained(buffer).toOpaque()
    let result = unsafe uv_write(request, stream, &piece, 1) { request, status in
      guard let request = unsafe request else { return }
      unsafe Unmanaged<ByteBuffer>.fromOpaque(request.pointee.data).release()
      let data = unsafe request.pointee.handle.pointee.data
      unsafe request.deallocate()
      guard let data = unsafe data else { return }
      unsafe Unmanaged<TCPStream>.fromOpaque(data)._withUnsafeGuaranteedRef { stream in
        guard stream.isOpen else { return }
        stream.didWrite(status == 0 ? nil : UVError(code: status, call: "uv_write"))
      }
    }
    guard result == 0 else {
      unsafe Unmanaged.passUnretained(buffer).release()
      unsafe request.deallocate()
      throw UVError(code: result, call: "uv_write")
    }
  }

  /// Bytes given to ``write(_:)`` that the kernel has not taken yet.
  public final var queuedBytes: Int {
    guard isOpen, let stream = unsafe cStream else { return 0 }
    return unsafe uv_stream_get_write_queue_size(stream)
  }

  /// Sends FIN once all that is queued has been taken (`uv_shutdown`); reading goes on.
  ///
  /// - Parameter completion: runs once, unless the stream is closed before.
  public final func shutDown(completion: @escaping (UVError?) -> Void) throws(UVError) {
    guard isOpen, let stream = unsafe cStream else { throw .closed("uv_shutdown") }
    let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
    // Balanced in the callback, which libuv calls for each request that it accepted.
    unsafe request.pointee.data = Unmanaged.passRetained(Completion(completion)).toOpaque()
    let result = unsafe uv_shutdown(request, stream) { request, status in
      guard let request = unsafe request else { return }
      let handle = unsafe UnsafeMutableRawPointer(request.pointee.handle)
      let isOpen = unsafe uv_is_closing(handle?.assumingMemoryBound(to: uv_handle_t.self))
      unsafe Completion.finish(
        request.pointee.data,
        status,
        call: "uv_shutdown",
        wanted: isOpen == 0
      )
      unsafe request.deallocate()
    }
    guard result == 0 else {
      unsafe Completion.finish(request.pointee.data, result, call: "uv_shutdown", wanted: false)
      unsafe request.deallocate()
      throw UVError(code: result, call: "uv_shutdown")
    }
  }

  /// Bytes that the peer's TCP has acknowledged so far (Linux `TCP_INFO`); `nil` where not known.
  public final var acknowledgedBytes: Int? {
    askSocket { Int($0 >= 0 ? cuv_bytes_acked($0) : -1) }
  }

  /// Bytes in the kernel's hands that the peer's TCP has not acknowledged (Linux `SIOCOUTQ`).
  public final var unacknowledgedBytes: Int? {
    askSocket { Int($0 >= 0 ? cuv_bytes_outstanding($0) : -1) }
  }

  private func askSocket(_ question: (Int32) -> Int) -> Int? {
    guard isOpen, let handle = unsafe cHandle else { return nil }
    var descriptor: uv_os_fd_t = -1
    guard unsafe uv_fileno(handle, &descriptor) == 0 else { return nil }
    let answer = question(descriptor)
    return answer >= 0 ? answer : nil
  }

  private static func taken(_ result: Int32) throws(UVError) -> Int {
    if result >= 0 { return Int(result) }
    if result == UV_EAGAIN.rawValue { return 0 }
    throw UVError(code: result, call: "uv_try_write")
  }
}

extension uv_buf_t {
  /// For calls that only read: libuv has one type for both directions.
  fileprivate init(readOnly bytes: UnsafeBufferPointer<UInt8>) {
    let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
    unsafe self.init(base: start?.assumingMemoryBound(to: CChar.self), len: bytes.count)
  }
}

extension UVError {
  static func closed(_ call: String) -> UVError {
    UVError(code: UV_EBADF.rawValue, call: call)
  }
}
