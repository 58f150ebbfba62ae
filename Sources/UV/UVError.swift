import CUV

/// A call of libuv, or of the system, that failed.
public struct UVError: Error, Equatable, Sendable, CustomStringConvertible {
  /// libuv's number: negative, `-errno` on Unix (libuv `uv_errno_t`).
  public let code: Int32
  /// The call that failed, as libuv or POSIX names it, such as `bind`.
  public let call: String

  /// Wraps the negative result `code` of `call`.
  public init(code: Int32, call: String) {
    self.code = code
    self.call = call
  }

  /// The symbolic name, such as `EADDRINUSE` (`uv_err_name`).
  public var name: String {
    // Safe: libuv answers a static string for every known code.
    unsafe String(cString: uv_err_name(code))
  }

  /// The system's sentence, such as `address already in use` (`uv_strerror`).
  public var message: String {
    // Safe: as above.
    unsafe String(cString: uv_strerror(code))
  }

  /// For instance `bind: address already in use (EADDRINUSE)`.
  public var description: String { "\(call): \(message) (\(name))" }
}
