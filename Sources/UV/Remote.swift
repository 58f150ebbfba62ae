import CUV
import Synchronization

/// The door to a loop for other threads (libuv `uv_async_t`).
public final class Remote: Sendable {
  private struct State: ~Copyable {
    var actions: [@Sendable () -> Void] = []
    /// The address of the `uv_async_t`, as a number so that it can cross threads; 0 once it has ended.
    var wakeUp: UInt = 0
  }

  private let state = Mutex(State())

  init(on loop: EventLoop) {
    guard let handle = try? WakeUp(on: loop, for: self) else { return }
    let address = unsafe UInt(bitPattern: handle.memory)
    state.withLock { $0.wakeUp = address }
  }

  /// Has `action` run on the loop's thread, in a later round; the order of calls is kept.
  ///
  /// - Returns: false when the loop has closed: the action will never run.
  @discardableResult
  public func execute(_ action: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      // The address is valid: finish() sets it to 0, under this lock, before libuv frees the handle.
      guard let async = unsafe UnsafeMutablePointer<uv_async_t>(bitPattern: state.wakeUp) else {
        return false
      }
      state.actions.append(action)
      unsafe uv_async_send(async)
      return true
    }
  }

  fileprivate func runPending() {
    var pending: [@Sendable () -> Void] = []
    state.withLock { swap(&$0.actions, &pending) }
    for action in pending { action() }
  }

  fileprivate func finish() {
    state.withLock { state in
      state.wakeUp = 0
      state.actions = []
    }
  }
}

/// The handle behind a ``Remote``; the loop may end while it is open.
private final class WakeUp: Handle {
  private let remote: Remote

  init(on loop: EventLoop, for remote: Remote) throws(UVError) {
    self.remote = remote
    unsafe try super.init(uv_async_t.self, on: loop, call: "uv_async_init") { loop, async in
      unsafe uv_async_init(loop, async) { pointer in
        guard let data = unsafe pointer?.pointee.data else { return }
        unsafe Unmanaged<WakeUp>.fromOpaque(data).takeUnretainedValue().remote.runPending()
      }
    }
    setKeepsLoopRunning(false)
  }

  override func didClose() {
    remote.finish()
  }
}
