import UV
import WebSocketProtocol

/// A WebSocket for which `permessage-deflate` was agreed (RFC 7692).
///
/// What it sends is gathered, queued and taken back as it is for any other: it is compressed only when
/// the kernel is about to get it (see `WriteQueue.Chunk`).
final class CompressedWebSocketConnection: WebSocketConnection {
  private let agreed: PermessageDeflate

  init(upgrading other: Connection, route: UInt8, agreed: DeflateParameters) {
    self.agreed = PermessageDeflate(agreed, pool: other.server.deflate)
    super.init(upgrading: other, route: route)
  }

  override var deflate: PermessageDeflate? { agreed }

  override func received(_ bytes: inout MutableSpan<UInt8>) {
    receive(&bytes, inflatingBy: agreed)
  }

  override func sendMessage(
    _ kind: MessageKind,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    isReply: Bool
  ) -> Bool {
    if isOpenForMessages,
      PermessageDeflate.compresses(payloadCount: first.count + second.count)
    {
      willSendCompressible()
    }
    return super.sendMessage(kind, first, second, isReply: isReply)
  }
}
