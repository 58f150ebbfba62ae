import Messaging
import TestSupport
import Testing
import UV
import WebSocketServer

@testable import MessagingService

/// A server with the messaging endpoint on a free port of the loopback device, and clients for it.
final class Hall {
  let loop: EventLoop
  let store: MemoryStore
  let endpoint: MessagingEndpoint
  let server: Server
  private let address: SocketAddress

  init(
    on loop: EventLoop,
    limits: StoreLimits = .init(),
    gate: TokenGate? = nil,
    _ change: (inout ConnectionManager.Settings) -> Void = { _ in }
  ) throws {
    self.loop = loop
    store = MemoryStore(identity: .random(), limits: limits)
    var settings = ConnectionManager.Settings()
    change(&settings)
    endpoint = try MessagingEndpoint(on: loop, settings: settings, store: store, gate: gate)
    var configuration = ServerConfiguration()
    configuration.port = 0
    server = try Server(
      on: loop,
      configuration: configuration,
      routes: [.webSocket(MessagingEndpoint.path, endpoint)]
    )
    try endpoint.attach(to: server)
    try server.start()
    address = try #require(server.address)
  }

  /// A client whose request has been answered, by 101 or else.
  func client(_ path: String, _ fields: [String] = []) throws -> RawClient {
    let client = try RawClient(on: loop, to: address)
    try loop.run { client.isConnected }
    client.send(RawClient.upgradeRequest(path, fields))
    try loop.run { client.text.contains("\r\n\r\n") }
    return client
  }

  /// Waits until a client has got these texts, and no others.
  func expect(_ texts: [String], at client: RawClient) throws {
    try loop.run { client.texts.count >= texts.count }
    #expect(client.texts == texts)
  }
}
