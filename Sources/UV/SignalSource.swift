import CUV

/// Turns a POSIX signal into a callback on the loop (libuv `uv_signal_t`).
public final class SignalSource: Handle {
  private let action: () -> Void

  /// Watches signal `number`, such as `SIGTERM`, until closed (`uv_signal_start`).
  ///
  /// - Throws: `UVError` for signals that cannot be caught (`EINVAL`).
  public init(on loop: EventLoop, signal number: Int32, action: @escaping () -> Void)
    throws(UVError)
  {
    self.action = action
    unsafe try super.init(uv_signal_t.self, on: loop, call: "uv_signal_init") {
      unsafe uv_signal_init($0, $1)
    }
    setKeepsLoopRunning(false)
    guard let signal = unsafe memory?.assumingMemoryBound(to: uv_signal_t.self) else { return }
    let result = unsafe uv_signal_start(
      signal,
      { pointer, _ in
        guard let data = unsafe pointer?.pointee.data else { return }
        unsafe Unmanaged<SignalSource>.fromOpaque(data).takeUnretainedValue().action()
      },
      number
    )
    guard result == 0 else {
      close()
      throw UVError(code: result, call: "uv_signal_start")
    }
  }
}
