import CUV

/// One `uv_fs_*` call under way: C memory, and the closure that waits for it.
///
/// Safe because the memory lives from `start` to the end of `finish`, which libuv calls once.
@safe final class FileRequest {
  private let call: String
  private let completion: (UnsafeMutablePointer<uv_fs_t>, UVError?) -> Void

  private init(
    call: String,
    completion: @escaping (UnsafeMutablePointer<uv_fs_t>, UVError?) -> Void
  ) {
    self.call = call
    unsafe self.completion = completion
  }

  /// Starts a call and runs `completion` once on the loop's thread, in a later round.
  ///
  /// - Parameter body: makes the libuv call with the callback that it is given.
  static func start(
    on loop: EventLoop,
    call: String,
    body: (UnsafeMutablePointer<uv_loop_t>, UnsafeMutablePointer<uv_fs_t>, uv_fs_cb) -> Int32,
    completion: @escaping (UnsafeMutablePointer<uv_fs_t>, UVError?) -> Void
  ) {
    let request = UnsafeMutablePointer<uv_fs_t>.allocate(capacity: 1)
    // Balanced in the callback; the loop is kept by the request as it is by handles.
    unsafe request.pointee.data =
      Unmanaged.passRetained(FileRequest(call: call, completion: completion)).toOpaque()
    _ = unsafe Unmanaged.passUnretained(loop).retain()
    let result = unsafe body(loop.pointer, request) { request in
      guard let request = unsafe request else { return }
      unsafe FileRequest.finish(request)
    }
    // Only lack of memory or a bad argument: libuv calls nothing back then.
    precondition(result == 0, "\(call) was refused")
  }

  private static func finish(_ request: UnsafeMutablePointer<uv_fs_t>) {
    let object = unsafe Unmanaged<FileRequest>.fromOpaque(request.pointee.data).takeRetainedValue()
    let loop = unsafe EventLoop.from(request.pointee.loop)
    let result = unsafe uv_fs_get_result(request)
    unsafe object.completion(
      request,
      result < 0 ? UVError(code: Int32(result), call: object.call) : nil
    )
    unsafe uv_fs_req_cleanup(request)
    unsafe request.deallocate()
    unsafe loop.release()
  }
}
