import NIOCore
import NIOWebSocket

/// One client.
final class ChatHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  let name: ByteBuffer
  private let id: String
  private let textPrefix: ByteBuffer
  private let binaryPrefix: ByteBuffer
  private let crowd: Crowd
  private var context: ChannelHandlerContext?
  private var peers: [ObjectIdentifier: ChatHandler] = [:]
  /// Whom the last message went to: most of the time the next one goes there as well.
  private var lastTarget: ChatHandler?
  private var isUnflushed = false
  private var isPinged = false

  init(id: String, crowd: Crowd) {
    self.id = id
    self.crowd = crowd
    name = ByteBuffer(string: id)
    textPrefix = ByteBuffer(string: "Client #\(id) says: ")
    binaryPrefix = ByteBuffer(string: "\(id):")
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    crowd.join(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    crowd.leave(self)
    lastTarget = nil
    let peers = peers
    self.peers = [:]
    for peer in peers.values {
      peer.peers[ObjectIdentifier(self)] = nil
      if peer.lastTarget === self { peer.lastTarget = nil }
      peer.write(.text, ByteBuffer(string: "Client #\(id) left the chat"))
    }
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isPinged = false
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary: received(frame.opcode, frame.unmaskedData)
    case .ping: write(.pong, frame.unmaskedData)
    case .connectionClose:
      let answer = WebSocketFrame(
        fin: true,
        opcode: .connectionClose,
        data: frame.unmaskedData
      )
      context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
      context.close(promise: nil)
    default: break
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is IdleStateHandler.IdleStateEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    // Silent since the last ping as well.
    guard !isPinged else { return context.close(promise: nil) }
    isPinged = true
    write(.ping, ByteBuffer())
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func flush() {
    isUnflushed = false
    context?.flush()
  }

  private func received(_ opcode: WebSocketOpcode, _ message: ByteBuffer) {
    var body = message
    guard let colon = message.readableBytesView.firstIndex(of: 0x3A),
      let name = body.readSlice(length: colon - message.readerIndex)
    else {
      return write(.text, ByteBuffer(string: "Error: a message looks like TARGET:MESSAGE"))
    }
    body.moveReaderIndex(forwardBy: 1)
    guard let target = target(named: name) else {
      return write(.text, ByteBuffer(string: "Client #\(String(buffer: name)) is offline"))
    }
    let prefix = opcode == .text ? textPrefix : binaryPrefix
    guard let context else { return }
    var data = context.channel.allocator.buffer(
      capacity: prefix.readableBytes + body.readableBytes
    )
    data.writeImmutableBuffer(prefix)
    data.writeBuffer(&body)
    target.write(opcode, data)
  }

  private func target(named name: ByteBuffer) -> ChatHandler? {
    if let lastTarget, lastTarget.name == name { return lastTarget }
    guard let target = crowd.client(named: name) else { return nil }
    lastTarget = target
    if peers[ObjectIdentifier(target)] == nil, target !== self {
      peers[ObjectIdentifier(target)] = target
      target.peers[ObjectIdentifier(self)] = self
    }
    return target
  }

  private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
    guard let context else { return }
    context.write(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)),
      promise: nil
    )
    guard !isUnflushed else { return }
    isUnflushed = true
    crowd.flushLater(self, on: context.eventLoop)
  }
}
