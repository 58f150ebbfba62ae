import WebSocketProtocol

/// Carries what a ``MessageReader`` finds to the handler of the route: made once for each read, so
/// that a message looks nothing up.
struct MessageReceiver: MessageHandler {
  let connection: WebSocketConnection
  let handler: any WebSocketHandler
  let socket: WebSocket
  let tag: UInt32

  func received(_ payload: Span<UInt8>, _ kind: MessageKind) {
    // RFC 6455 §5.5.1: an endpoint that has sent a close frame may ignore what comes before the answer.
    guard connection.isOpenForMessages else { return }
    handler.received(payload, kind, from: socket, tag: tag, on: connection.server)
  }

  func received(_ payload: [UInt8], _ kind: MessageKind) {
    let server = connection.server
    server.received = ReceivedMessage(payload)
    received(payload.span, kind)
    server.received = ReceivedMessage()
  }

  func receivedPing(_ payload: Span<UInt8>) {
    connection.receivedPing(payload)
  }

  func receivedPong(_ payload: Span<UInt8>) {}

  func receivedClose(_ code: CloseCode?, reason: Span<UInt8>) {
    connection.receivedClose(code, reason: reason)
  }

  func heldBytesChanged(by change: Int) {
    connection.server.memory.add(change)
  }

  var wantsMore: Bool { connection.wantsMore }
}
