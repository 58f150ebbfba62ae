import WebSocketServer

/// The way through TLS.
extension Client {
  /// Begins the handshake: the client speaks first.
  func shakeHands(by filter: any TransportFilter) {
    let nothing: [UInt8] = []
    open(nothing.span, by: filter)
  }

  /// Takes what came over the wire.
  func open(_ wire: Span<UInt8>, by filter: any TransportFilter) {
    let wasReady = filter.isReady
    let state = filter.open(wire) {
      take($0.span)
      return phase != .ended
    }
    guard phase != .ended else { return }
    if filter.hasOutput { sendWire(filter.takeOutput().span) }
    switch state {
    case .open: if !wasReady, filter.isReady { upgrade() }
    case .ended: receivedEnd()
    case .failed(let why): end(.refused, "TLS failed: \(why)")
    }
  }

  /// Sends `bytes` sealed.
  func seal(_ bytes: Span<UInt8>, by filter: any TransportFilter) {
    guard !bytes.isEmpty else { return }
    _ = filter.seal(bytes, isLast: false) { sendWire($0) }
  }
}
