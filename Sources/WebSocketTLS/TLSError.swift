import COpenSSL

/// Why TLS cannot be set up: a sentence that names the file and the remedy.
public struct TLSError: Error, Equatable, Sendable {
  /// For the person who started the server.
  public let sentence: String

  init(_ sentence: String) {
    self.sentence = sentence
  }

  /// `what` and what OpenSSL says about it.
  static func ofOpenSSL(_ what: String) -> TLSError {
    TLSError("\(what): \(OpenSSLErrors.take() ?? "no memory").")
  }
}

/// OpenSSL's queue of errors, which belongs to the thread.
enum OpenSSLErrors {
  /// Empties the queue.
  ///
  /// - Returns: what the last call that failed says, such as `no start line`; `nil` when nothing failed.
  static func take() -> String? {
    var text: String?
    while true {
      let number = ERR_get_error()
      guard number != 0 else { return text }
      // A string of OpenSSL's own, for the life of the process.
      let reason = unsafe ERR_reason_error_string(number).map { unsafe String(cString: $0) }
      text = reason ?? "error \(number)"
    }
  }

  /// The number of the reason of the first error in the queue, such as `SSL_R_HTTP_REQUEST`; it stays there.
  static var reason: Int32 { copenssl_reason(ERR_peek_error()) }

  /// Empties the queue without a look, so that the next call's errors are its own.
  static func clear() { ERR_clear_error() }
}
