import WebSocketProtocol

extension String {
  /// Text that has been validated.
  init(copying bytes: Span<UInt8>) {
    var copy: [UInt8] = []
    copy.append(copying: bytes)
    self.init(decoding: copy, as: UTF8.self)
  }
}
