import WebSocketProtocol

extension Span<UInt8> {
  /// The bytes in an array, which may be kept.
  public var copy: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(copying: self)
    return bytes
  }
}
