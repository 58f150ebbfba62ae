/// The bounds of one WebSocket connection.
public struct Limits: Sendable, Equatable {
  /// The largest message in bytes, fragments added up; more is ``ProtocolError/messageTooBig``.
  public var messageBytes: Int

  /// Sets the bounds; 16 MiB unless told otherwise.
  public init(messageBytes: Int = 16 << 20) {
    precondition(messageBytes >= 0)
    self.messageBytes = messageBytes
  }

  /// Bytes that a compressed message may have on the wire: incompressible data becomes longer, by an
  /// eighth at most, and what is inflated is bounded by itself.
  var compressedBytes: Int {
    let (bytes, overflows) = messageBytes.addingReportingOverflow(messageBytes / 8 + 1024)
    return overflows ? .max : bytes
  }
}
