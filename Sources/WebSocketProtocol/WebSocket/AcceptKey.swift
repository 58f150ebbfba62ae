/// The server's proof that it has read a WebSocket handshake (RFC 6455 §4.2.2, step 5.4).
public enum AcceptKey {
  // §1.3: a string that no server would use by accident.
  private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// The value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`.
  ///
  ///     AcceptKey.accept(for: "dGhlIHNhbXBsZSBub25jZQ==")   // "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
  public static func accept(for key: String) -> String {
    var text: [UInt8] = []
    write(for: key, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Writes that value behind `text`.
  static func write(for key: String, to text: inout [UInt8]) {
    // What is to be hashed stands where the value will.
    let start = text.count
    text.append(copying: key.utf8.span)
    text.append(copying: suffix.utf8.span)
    let digest = SHA1.digest(of: text.span.extracting(start...))
    text.removeLast(text.count - start)
    Base64.encode(digest.span, to: &text)
  }
}
