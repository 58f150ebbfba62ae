import CUV

/// Calls back after a time, once or again and again (libuv `uv_timer_t`).
public final class Timer: Handle {
  private let action: () -> Void

  /// Makes a timer that does not run yet; `action` runs on the loop's thread.
  public init(on loop: EventLoop, action: @escaping () -> Void) throws(UVError) {
    self.action = action
    unsafe try super.init(uv_timer_t.self, on: loop, call: "uv_timer_init") {
      unsafe uv_timer_init($0, $1)
    }
  }

  /// Runs the action after `delay`, and then every `interval` if one is given (`uv_timer_start`).
  ///
  /// Both are rounded up to whole milliseconds. A timer that runs already starts anew.
  public func start(after delay: Duration, every interval: Duration? = nil) {
    guard isOpen, let timer = unsafe timer else { return }
    unsafe uv_timer_start(
      timer,
      { pointer in
        guard let data = unsafe pointer?.pointee.data else { return }
        unsafe Unmanaged<Timer>.fromOpaque(data).takeUnretainedValue().action()
      },
      delay.wholeMilliseconds,
      interval?.wholeMilliseconds ?? 0
    )
  }

  /// Forgets the next run (`uv_timer_stop`).
  public func stop() {
    guard isOpen, let timer = unsafe timer else { return }
    unsafe uv_timer_stop(timer)
  }

  private var timer: UnsafeMutablePointer<uv_timer_t>? {
    unsafe memory?.assumingMemoryBound(to: uv_timer_t.self)
  }
}

extension Duration {
  /// Rounded up; negative durations are 0, and what exceeds 64 bits is the largest number.
  public var wholeMilliseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
    let rest = UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    guard !overflow, product <= UInt64.max - rest else { return .max }
    return product + rest
  }
}
