import UV
import WebSocketProtocol
import WebSocketServer

/// Sends every message back to where it came from.
final class Echo: WebSocketHandler {
  func received(
    _ payload: Span<UInt8>,
    _ kind: MessageKind,
    from socket: WebSocket,
    tag: UInt32,
    on server: Server
  ) {
    server.send(kind, payload, to: socket)
  }
}

@main struct EchoServer {
  static func main() throws {
    var configuration = ServerConfiguration()
    configuration.limits.messageBytes = 64 << 20
    let arguments = CommandLine.arguments.dropFirst()
    configuration.port = arguments.lazy.compactMap { Int($0) }.first ?? 9001
    configuration.compression = arguments.contains("--compression")
    let server = try Server(
      on: EventLoop(),
      configuration: configuration,
      routes: [.webSocket("/**", Echo())]
    )
    try server.start()
    print("Listening on ws://\(server.address?.description ?? "")")
    server.loop.run()
  }
}
