import WebSocketProtocol

/// A client that speaks `sotto.v1`.
extension Client {
  /// Takes a frame of the server's that has come whole; `nil` when it is another, or has not.
  func consumeV1(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    guard ignoredBytes == 0,
      let header = try? FrameHeader(bytes, at: offset, from: .server, room: 1 << 20),
      header.opcode == .text, header.isFinal
    else { return nil }
    let start = offset + header.count
    guard bytes.count - start >= header.payloadCount else { return nil }
    let text = bytes.extracting(start..<start + header.payloadCount)
    switch V1Frame.read(text, crowd.form) {
    case .message(let from, let number, let seq): take(number, from: from, seq: seq)
    case .accepted(let number): crowd.accepted(number, of: place)
    case .delivered: crowd.receipts &+= 1
    case .welcome(let log):
      self.log = log
      phase = .open
      crowd.opened(self)
    case .other: return nil
    }
    return start + header.payloadCount
  }

  private func take(_ number: UInt32?, from id: UInt32, seq: UInt64) {
    processed = seq
    guard let from = crowd.place(of: id), crowd.senders[from].target == place else {
      return crowd.faults.add(.wrongReceiver, "a message from \(id) came to somebody else")
    }
    guard let number else {
      return crowd.faults.add(.wrongPayload, "a message from \(id) was changed")
    }
    crowd.delivered(number, from: from, to: place)
  }

  /// Says once for each read what has been processed.
  func acknowledge() {
    guard processed > acknowledged, phase == .open else { return }
    acknowledged = processed
    send(ClientFrame.encode(.text, V1Frame.received(log: log, seq: processed)))
  }
}
