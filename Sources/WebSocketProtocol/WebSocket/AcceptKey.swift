/// The server's proof that it has read a WebSocket handshake (RFC 6455 §4.2.2, step 5.4).
public enum AcceptKey {
  // §1.3: a string that no server would use by accident.
  private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// The value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`.
  ///
  ///     AcceptKey.accept(for: "dGhlIHNhbXBsZSBub25jZQ==")   // "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
  public static func accept(for key: String) -> String {
    Base64.encode(SHA1.digest(of: Array((key + suffix).utf8)))
  }
}
