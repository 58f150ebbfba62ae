import CUV

/// Calls back once in every round of the loop, at a fixed place (libuv `uv_prepare_t`, `uv_check_t`, `uv_idle_t`).
///
/// A round goes: timers → idle → *before waiting* → wait for events and run their callbacks →
/// *after events* → close callbacks.
public final class LoopHook: Handle {
  /// The place in the round.
  public enum Place: Sendable {
    /// After timers and before the loop waits (`uv_prepare_t`): the place to write what a round gathered.
    case beforeWaiting
    /// After all that was ready has been read (`uv_check_t`).
    case afterEvents
    /// Like `beforeWaiting`, and while it runs the loop does not wait at all (`uv_idle_t`).
    case withoutWaiting
  }

  private let place: Place
  private let action: () -> Void

  /// Makes a hook that does not run yet and never keeps the loop running by itself.
  public init(on loop: EventLoop, _ place: Place, action: @escaping () -> Void) throws(UVError) {
    self.place = place
    self.action = action
    switch place {
    case .beforeWaiting:
      unsafe try super.init(uv_prepare_t.self, on: loop, call: "uv_prepare_init") {
        unsafe uv_prepare_init($0, $1)
      }
    case .afterEvents:
      unsafe try super.init(uv_check_t.self, on: loop, call: "uv_check_init") {
        unsafe uv_check_init($0, $1)
      }
    case .withoutWaiting:
      unsafe try super.init(uv_idle_t.self, on: loop, call: "uv_idle_init") {
        unsafe uv_idle_init($0, $1)
      }
    }
    setKeepsLoopRunning(false)
  }

  /// Runs the action in every round from now on; does nothing if it runs already.
  public func start() {
    guard isOpen, let memory = unsafe memory else { return }
    switch place {
    case .beforeWaiting:
      unsafe uv_prepare_start(memory.assumingMemoryBound(to: uv_prepare_t.self)) { pointer in
        unsafe LoopHook.call(pointer?.pointee.data)
      }
    case .afterEvents:
      unsafe uv_check_start(memory.assumingMemoryBound(to: uv_check_t.self)) { pointer in
        unsafe LoopHook.call(pointer?.pointee.data)
      }
    case .withoutWaiting:
      unsafe uv_idle_start(memory.assumingMemoryBound(to: uv_idle_t.self)) { pointer in
        unsafe LoopHook.call(pointer?.pointee.data)
      }
    }
  }

  /// Runs the action no more.
  public func stop() {
    guard isOpen, let memory = unsafe memory else { return }
    switch place {
    case .beforeWaiting: unsafe uv_prepare_stop(memory.assumingMemoryBound(to: uv_prepare_t.self))
    case .afterEvents: unsafe uv_check_stop(memory.assumingMemoryBound(to: uv_check_t.self))
    case .withoutWaiting: unsafe uv_idle_stop(memory.assumingMemoryBound(to: uv_idle_t.self))
    }
  }

  private static func call(_ data: UnsafeMutableRawPointer?) {
    guard let data = unsafe data else { return }
    unsafe Unmanaged<LoopHook>.fromOpaque(data).takeUnretainedValue().action()
  }
}
