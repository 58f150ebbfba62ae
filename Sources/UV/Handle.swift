import CUV
import Glibc

/// What all of libuv's handles share: C memory of their own, and one end (libuv `uv_handle_t`).
///
/// An open handle keeps itself and its loop alive, because libuv holds its address. `close()` may be
/// called at any time and more than once; from then on no callback of the handle runs but
/// ``didClose()``, once, in a later round. Only then is the memory freed: that makes it safe.
@safe open class Handle {
  /// libuv's struct; `nil` once the handle has ended.
  private(set) final var memory: UnsafeMutableRawPointer?

  /// Allocates `type` and has `initialize` make a handle of it.
  init<T>(
    _ type: T.Type,
    on loop: EventLoop,
    call: String,
    initialize: (UnsafeMutablePointer<uv_loop_t>, UnsafeMutablePointer<T>) -> Int32
  ) throws(UVError) {
    let cell = unsafe Self.allocate(type, on: loop)
    let typed = unsafe cell.bindMemory(to: type, capacity: 1)
    let result = unsafe initialize(loop.pointer, typed)
    guard result == 0 else {
      unsafe Self.deallocate(cell, isPoll: type == uv_poll_t.self, on: loop)
      unsafe memory = nil
      throw UVError(code: result, call: call)
    }
    unsafe memory = UnsafeMutableRawPointer(typed)
    // Both balanced in finishClose(): libuv holds the handle, and the handle holds its loop.
    let handle = unsafe typed.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { unsafe $0 }
    unsafe uv_handle_set_data(handle, Unmanaged.passRetained(self).toOpaque())
    _ = unsafe Unmanaged.passUnretained(loop).retain()
  }

  /// Makes this object the owner of an open handle, instead of `other`, which has none from now on.
  ///
  /// libuv goes on as before and calls this object. `other` must be kept by the caller until the
  /// callback in which this happens has returned.
  init(takingOver other: Handle) {
    precondition(other.isOpen)
    unsafe memory = unsafe other.memory
    unsafe other.memory = nil
    guard let handle = unsafe cHandle else { return }
    // The retain that libuv held on `other` becomes one on `self`; the loop's stays.
    unsafe uv_handle_set_data(handle, Unmanaged.passRetained(self).toOpaque())
    unsafe Unmanaged.passUnretained(other).release()
  }

  /// Whether the handle can be used: false from `close()` on.
  public final var isOpen: Bool {
    guard let handle = unsafe cHandle else { return false }
    return unsafe uv_is_closing(handle) == 0
  }

  /// Ends the handle (`uv_close`).
  ///
  /// What was under way is dropped without a callback.
  public final func close() {
    guard isOpen, let handle = unsafe cHandle else { return }
    willClose()
    let descriptor = descriptor
    unsafe uv_close(handle, Self.onClose)
    // libuv has forgotten the descriptor by now, which a uv_poll_t does not own.
    if let descriptor { Glibc.close(descriptor) }
  }

  /// The handle is about to be closed: what belongs to it goes first.
  func willClose() {}

  /// The handle has ended.
  ///
  /// Nothing is called after this.
  open func didClose() {}

  /// Whether the loop runs on for this handle's sake (`uv_ref`, `uv_unref`); true at first.
  public final func setKeepsLoopRunning(_ keeps: Bool) {
    guard let handle = unsafe cHandle else { return }
    if keeps { unsafe uv_ref(handle) } else { unsafe uv_unref(handle) }
  }

  /// The loop that the handle lives on; `nil` once it has ended.
  public final var loop: EventLoop? {
    guard let handle = unsafe cHandle else { return nil }
    return unsafe EventLoop.from(uv_handle_get_loop(handle)).takeUnretainedValue()
  }

  static let onClose: uv_close_cb = { handle in
    guard let handle = unsafe handle else { return }
    unsafe Handle.from(handle).takeRetainedValue().finishClose()
  }

  final func finishClose() {
    guard let handle = unsafe cHandle else { return }
    let loop = unsafe EventLoop.from(uv_handle_get_loop(handle))
    let isPoll = unsafe uv_handle_get_type(handle) == UV_POLL
    didClose()
    unsafe Self.deallocate(
      UnsafeMutableRawPointer(handle),
      isPoll: isPoll,
      on: loop.takeUnretainedValue()
    )
    unsafe memory = nil
    unsafe loop.release()
  }

  /// Memory for a handle: of the many connections in slabs, of the few others by itself.
  private static func allocate<T>(_ type: T.Type, on loop: EventLoop) -> UnsafeMutableRawPointer {
    guard unsafe type == uv_poll_t.self else {
      return UnsafeMutableRawPointer(UnsafeMutablePointer<T>.allocate(capacity: 1))
    }
    return unsafe UnsafeMutableRawPointer(loop.handles.take())
  }

  private static func deallocate(
    _ cell: UnsafeMutableRawPointer,
    isPoll: Bool,
    on loop: EventLoop
  ) {
    if isPoll { unsafe loop.handles.give(cell) } else { unsafe cell.deallocate() }
  }

  /// The socket that a `uv_poll_t` watches; `nil` for other handles, and from `close()` on.
  final var descriptor: Int32? {
    guard let handle = unsafe cHandle, unsafe uv_handle_get_type(handle) == UV_POLL else {
      return nil
    }
    var descriptor: uv_os_fd_t = -1
    guard unsafe uv_fileno(handle, &descriptor) == 0 else { return nil }
    return descriptor
  }

  final var cPoll: UnsafeMutablePointer<uv_poll_t>? {
    unsafe memory?.assumingMemoryBound(to: uv_poll_t.self)
  }

  final var cHandle: UnsafeMutablePointer<uv_handle_t>? {
    unsafe memory?.assumingMemoryBound(to: uv_handle_t.self)
  }

  /// The object behind libuv's pointer.
  ///
  /// Valid in every callback: an open handle is retained.
  static func from(_ handle: UnsafeMutablePointer<uv_handle_t>) -> Unmanaged<Handle> {
    unsafe Unmanaged.fromOpaque(uv_handle_get_data(handle))
  }
}
