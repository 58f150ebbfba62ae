import CUV

/// Carries a closure through a libuv request, whose `data` holds the one retain.
final class Completion {
  private let action: (UVError?) -> Void

  init(_ action: @escaping (UVError?) -> Void) {
    self.action = action
  }

  /// Takes the closure out of `data`, where it was retained, and calls it if it is `wanted` still.
  static func finish(
    _ data: UnsafeMutableRawPointer?,
    _ status: Int32,
    call: String,
    wanted: Bool
  ) {
    guard let data = unsafe data else { return }
    let completion = unsafe Unmanaged<Completion>.fromOpaque(data).takeRetainedValue()
    guard wanted else { return }
    completion.action(status == 0 ? nil : UVError(code: status, call: call))
  }
}
