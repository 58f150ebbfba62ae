import WebSocketProtocol

/// A ``MessageReceiver`` that stops the reader when the round's time for inflating is over, or when
/// the peer does not read the replies: few bytes can mean many messages here.
struct InflatedMessageReceiver: MessageHandler {
  let receiver: MessageReceiver

  func received(_ payload: Span<UInt8>, _ kind: MessageKind) {
    receiver.received(payload, kind)
    // What a handler does with it takes its time, too.
    receiver.connection.server.deflate.hasInflated(payload.count)
  }

  func received(_ payload: [UInt8], _ kind: MessageKind) {
    receiver.received(payload, kind)
    receiver.connection.server.deflate.hasInflated(payload.count)
  }

  func receivedPing(_ payload: Span<UInt8>) {
    receiver.receivedPing(payload)
  }

  func receivedPong(_ payload: Span<UInt8>) {
    receiver.receivedPong(payload)
  }

  func receivedClose(_ code: CloseCode?, reason: Span<UInt8>) {
    receiver.receivedClose(code, reason: reason)
  }

  func heldBytesChanged(by change: Int) {
    receiver.heldBytesChanged(by: change)
  }

  var wantsMore: Bool {
    let connection = receiver.connection
    return receiver.wantsMore && connection.server.deflate.mayInflate
      && !connection.isBlockedByReplies
  }
}
