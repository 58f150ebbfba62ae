import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// The plain protocol on swift-nio: `NIOPeer PORT`.
@main struct NIOPeer {
  static func main() throws {
    guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
      fatalError("usage: NIOPeer PORT")
    }
    // One loop, as all the servers have: a crowd that shares nothing between threads.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let channel = try loop.flatSubmit {
      let crowd = NIOLoopBound(Crowd(), eventLoop: loop)
      return ServerBootstrap(group: loop)
        .serverChannelOption(.backlog, value: 4096)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        // A read takes all that is there, as far as that fits.
        .childChannelOption(
          .recvAllocator,
          value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 4096, maximum: 256 << 10)
        )
        .childChannelInitializer { channel in upgradeable(channel, crowd) }
        .bind(host: "127.0.0.1", port: port)
    }.wait()
    try channel.closeFuture.wait()
  }

  /// Prepares a connection for its upgrade to a WebSocket.
  private static func upgradeable(
    _ channel: any Channel,
    _ crowd: NIOLoopBound<Crowd>
  ) -> EventLoopFuture<Void> {
    let upgrader = NIOWebSocketServerUpgrader(
      maxFrameSize: 16 << 20,
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeSucceededFuture(head.uri.hasPrefix("/ws/") ? HTTPHeaders() : nil)
      },
      upgradePipelineHandler: { channel, head in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandlers([
            NIOWebSocketFrameAggregator(
              minNonFinalFragmentSize: 0,
              maxAccumulatedFrameCount: 1 << 20,
              maxAccumulatedFrameSize: 16 << 20
            ),
            IdleStateHandler(readTimeout: .seconds(10)),
            ChatHandler(id: String(head.uri.dropFirst(4)), crowd: crowd.value),
          ])
        }
      }
    )
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.configureHTTPServerPipeline(
        withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in })
      )
    }
  }
}
