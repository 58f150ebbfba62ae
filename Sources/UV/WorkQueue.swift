import CUV

/// Work that would block the loop, done by libuv's thread pool (libuv `uv_queue_work`).
///
/// Safe because the C memory lives from `run` to the end of `finish`, which libuv calls once; what is
/// under way keeps the loop, too.
@safe public struct WorkQueue {
  private let loop: EventLoop

  /// Work whose completions run on `loop`.
  public init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Runs `work` on a thread of the pool, and then `completion` on the loop's thread, in a later round.
  ///
  /// Several pieces of work run at the same time, in any order; the pool's threads, four unless
  /// `UV_THREADPOOL_SIZE` says otherwise, are shared with the calls for files.
  public func run<Result: Sendable>(
    _ work: @escaping @Sendable () -> Result,
    completion: @escaping (Result) -> Void
  ) {
    let piece = PieceOfWork(work, completion: completion)
    let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
    // Both balanced in `finish`.
    unsafe request.pointee.data = Unmanaged<AnyPieceOfWork>.passRetained(piece).toOpaque()
    _ = unsafe Unmanaged.passUnretained(loop).retain()
    let result = unsafe uv_queue_work(loop.pointer, request) { request in
      guard let request = unsafe request else { return }
      unsafe Unmanaged<AnyPieceOfWork>.fromOpaque(request.pointee.data).takeUnretainedValue().work()
    } _: { request, _ in
      guard let request = unsafe request else { return }
      unsafe Self.finish(request)
    }
    // libuv refuses only a missing function.
    precondition(result == 0, "uv_queue_work was refused")
  }

  private static func finish(_ request: UnsafeMutablePointer<uv_work_t>) {
    let piece = unsafe Unmanaged<AnyPieceOfWork>.fromOpaque(request.pointee.data)
      .takeRetainedValue()
    let loop = unsafe EventLoop.from(request.pointee.loop)
    unsafe request.deallocate()
    piece.complete()
    unsafe loop.release()
  }
}

/// What the C callbacks call: one thread works while the other waits for it.
private class AnyPieceOfWork {
  func work() {}
  func complete() {}
}

private final class PieceOfWork<Result: Sendable>: AnyPieceOfWork {
  private var body: (@Sendable () -> Result)?
  private let completion: (Result) -> Void
  private var result: Result?

  init(_ body: @escaping @Sendable () -> Result, completion: @escaping (Result) -> Void) {
    self.body = body
    self.completion = completion
  }

  override func work() {
    result = body?()
    // What the work alone has held goes here, not on the loop's time.
    body = nil
  }

  override func complete() {
    // libuv completes what has been worked on; nothing here cancels.
    guard let result else { return }
    completion(result)
  }
}
