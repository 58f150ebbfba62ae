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

  /// The peer broke the rules of what is spoken (`EPROTO`), as `call` found.
  public static func protocolError(_ call: String) -> UVError {
    UVError(code: UV_EPROTO.rawValue, call: call)
  }

  /// The symbolic name, such as `EADDRINUSE` (`uv_err_name_r`).
  public var name: String {
    unsafe Self.text { unsafe uv_err_name_r(code, $0, $1) }
  }

  /// The system's sentence, such as `address already in use` (`uv_strerror_r`).
  public var message: String {
    unsafe Self.text { unsafe uv_strerror_r(code, $0, $1) }
  }

  /// What libuv writes into a buffer; its calls without one leak the texts of unknown codes.
  private static func text(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Void) -> String {
    // libuv's longest sentence has 57 bytes; it cuts what does not fit, and ends it with a zero.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      unsafe buffer.initialize(repeating: 0)
      unsafe write(buffer.baseAddress, buffer.count)
      return unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
    }
  }

  /// For instance `bind: address already in use (EADDRINUSE)`.
  public var description: String { "\(call): \(message) (\(name))" }
}
