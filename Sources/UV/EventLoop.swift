import CUV

/// One thread's loop over sockets, timers, signals and files (libuv `uv_loop_t`).
///
/// A loop and all that lives on it belong to the thread that calls `run()`; none of it is `Sendable`.
/// The one door from other threads is ``remote``. Every open ``Handle`` keeps its loop alive, so the
/// C memory outlives whatever points into it: that makes it safe.
@safe public final class EventLoop {
  /// Bytes that one read can bring: large enough for thousands of small frames (see ``TCPStream``).
  public static let readBufferBytes = 512 * 1024

  let pointer: UnsafeMutablePointer<uv_loop_t>
  /// Lent to every read in turn, until its bytes have been handed over.
  let readBuffer: UnsafeMutableRawBufferPointer
  /// Where the handles of connections lie.
  let handles = HandleSlab()
  /// What waits for the kernel, by the address of the stream's handle; closing takes it out.
  private var pendingOutputs: [UnsafeRawPointer: PendingOutput] = unsafe [:]
  /// Whether anything does: asked before each write, when a dictionary would cost a record of the access.
  private var hasPendingOutput = false

  /// The door for other threads; made when first asked for, on the loop's own thread.
  public private(set) lazy var remote = Remote(on: self)

  /// Makes a loop (`uv_loop_init`).
  ///
  /// - Throws: `UVError` when the process is out of descriptors or memory.
  public init() throws(UVError) {
    // Freed in `deinit`; libuv needs it at a fixed address until then.
    unsafe pointer = .allocate(capacity: 1)
    unsafe readBuffer = .allocate(byteCount: Self.readBufferBytes, alignment: 4096)
    let result = unsafe uv_loop_init(pointer)
    guard result == 0 else {
      unsafe pointer.deallocate()
      unsafe readBuffer.deallocate()
      throw UVError(code: result, call: "uv_loop_init")
    }
    // Not retained: handles find the loop by it, and each open one holds the loop by itself.
    unsafe pointer.pointee.data = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    // No handle is open any more: each would have kept the loop alive.
    unsafe uv_run(pointer, UV_RUN_NOWAIT)
    let result = unsafe uv_loop_close(pointer)
    precondition(result == 0, "a loop was dropped with work under way: call close() first")
    unsafe pointer.deallocate()
    unsafe readBuffer.deallocate()
  }

  /// Serves events until `stop()` is called or nothing is left to wait for (`uv_run`, default mode).
  public func run() {
    _ = unsafe uv_run(pointer, UV_RUN_DEFAULT)
  }

  /// Serves what is ready now and returns (`uv_run`, no-wait mode).
  public func runOnce() {
    _ = unsafe uv_run(pointer, UV_RUN_NOWAIT)
  }

  /// Makes `run()` return at the end of this round (`uv_stop`).
  public func stop() {
    unsafe uv_stop(pointer)
  }

  /// Milliseconds on a clock that never goes back, as of this round's start (`uv_now`).
  public var now: UInt64 {
    unsafe uv_now(pointer)
  }

  /// Has ``now`` be the present, not the beginning of this round (`uv_update_time`).
  public func updateNow() {
    unsafe uv_update_time(pointer)
  }

  /// Milliseconds on the same clock, asked of the system at this moment (`uv_hrtime`).
  public static var preciseNow: UInt64 {
    uv_hrtime() / 1_000_000
  }

  /// Nanoseconds on a clock that only goes forward (`uv_hrtime`).
  public static var nanoseconds: UInt64 { uv_hrtime() }

  /// The time of day in whole seconds (`uv_gettimeofday`).
  public static var secondsSince1970: Int {
    var time = uv_timeval64_t()
    // Fails only for a null pointer.
    unsafe uv_gettimeofday(&time)
    return Int(time.tv_sec)
  }

  /// The time of day in whole milliseconds (`uv_gettimeofday`).
  public static var millisecondsSince1970: Int {
    var time = uv_timeval64_t()
    // Fails only for a null pointer.
    unsafe uv_gettimeofday(&time)
    return Int(time.tv_sec) * 1000 + Int(time.tv_usec) / 1000
  }

  /// What waits for the socket of a handle to be writable.
  func pendingOutput(of handle: UnsafeRawPointer) -> PendingOutput? {
    guard hasPendingOutput else { return nil }
    return unsafe pendingOutputs[handle]
  }

  /// Sets it; `nil` when nothing waits any more.
  func setPendingOutput(_ output: PendingOutput?, of handle: UnsafeRawPointer) {
    guard output != nil || hasPendingOutput else { return }
    unsafe pendingOutputs[handle] = output
    hasPendingOutput = unsafe !pendingOutputs.isEmpty
  }

  /// Closes every handle that is still open and runs until the last has ended.
  public func close() {
    unsafe uv_walk(
      pointer,
      { handle, _ in
        guard let handle = unsafe handle else { return }
        unsafe Handle.from(handle)._withUnsafeGuaranteedRef { $0.close() }
      },
      nil
    )
    // A stop() that was asked for, before or meanwhile, ends one run and not the closing.
    while unsafe uv_run(pointer, UV_RUN_DEFAULT) != 0 {}
  }

  /// The object behind libuv's pointer.
  static func from(_ pointer: UnsafeMutablePointer<uv_loop_t>) -> Unmanaged<EventLoop> {
    // Set in `init` and valid as long as the loop: whoever calls holds an open handle of it.
    unsafe Unmanaged.fromOpaque(pointer.pointee.data)
  }
}
