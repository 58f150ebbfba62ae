import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer
@testable import WebSocketTLS

/// A client of a server that speaks TLS.
final class SecureClient: RawClient {
  let filter: any TransportFilter
  private(set) var state = TransportState.open
  /// What came over the wire.
  private(set) var wireCount = 0
  /// How many bytes are written at a time; all at once when there is none.
  var piece: Int?

  init(on loop: EventLoop, to address: SocketAddress, _ security: UnverifiedTLSClient) throws {
    filter = try #require(security.makeFilter())
    try super.init(on: loop, to: address)
  }

  override func didConnect(_ error: UVError?) {
    super.didConnect(error)
    var nothing: [UInt8] = []
    var span = nothing.mutableSpan
    received(&span)
  }

  override func received(_ bytes: inout MutableSpan<UInt8>) {
    wireCount += bytes.count
    state = filter.open(bytes.span) { plain in
      super.received(&plain)
      return true
    }
    flush()
  }

  /// Sends what the filter has to say.
  func flush() {
    if filter.hasOutput { sendWire(filter.takeOutput()) }
  }

  override func send(all bytes: [UInt8]) {
    var wire: [UInt8] = []
    let foreign = filter.seal(bytes.span, isLast: false) { wire.append(copying: $0) }
    #expect(foreign != nil)
    sendWire(wire)
  }

  /// Sends bytes without TLS.
  func sendWire(_ bytes: [UInt8]) {
    guard let piece else { return super.send(all: bytes) }
    for start in stride(from: 0, to: bytes.count, by: piece) {
      super.send(all: Array(bytes[start..<min(start + piece, bytes.count)]))
    }
  }
}

/// A server that speaks TLS, which echoes and notes messages.
final class SecureStage: WebSocketHandler {
  let loop: EventLoop
  let tls: TLSContext
  private var running: Server?
  private let client: UnverifiedTLSClient
  private(set) var opened: [WebSocket] = []
  private(set) var messages: [[UInt8]] = []
  private(set) var unsent: [[UInt8]] = []
  private(set) var ends: [WebSocketEnd] = []

  init(
    on loop: EventLoop,
    _ certificate: Certificate = Certificate(),
    _ change: (inout ServerConfiguration) -> Void = { _ in }
  ) throws {
    self.loop = loop
    tls = try TLSContext(certificate: certificate.certificateFile(), key: certificate.keyFile())
    client = try UnverifiedTLSClient()
    var configuration = ServerConfiguration()
    configuration.port = 0
    change(&configuration)
    let server = try Server(
      on: loop,
      configuration: configuration,
      routes: [
        .webSocket("/ws", self), .get("/hello") { _, _ in .text(.ok, "hello") },
      ],
      security: tls
    )
    try server.start()
    running = server
  }

  var server: Server {
    guard let running else { preconditionFailure("it has ended") }
    return running
  }

  /// Breaks the ring of handler and server.
  func end() { running = nil }

  func connect() throws -> SecureClient {
    let client = try SecureClient(on: loop, to: #require(server.address), client)
    try loop.run { client.isConnected }
    return client
  }

  /// A client after the handshake of TLS.
  func securedClient() throws -> SecureClient {
    let client = try connect()
    try loop.run { client.filter.isReady }
    return client
  }

  func webSocket() throws -> (client: SecureClient, socket: WebSocket) {
    let client = try securedClient()
    let count = opened.count
    client.send(RawClient.upgradeRequest("/ws"))
    try loop.run { self.opened.count > count && !client.bytes.isEmpty }
    return (client, try #require(opened.last))
  }

  func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
    .accept { socket in
      self.opened.append(socket)
      return 0
    }
  }

  func received(
    _ payload: Span<UInt8>,
    _ kind: MessageKind,
    from socket: WebSocket,
    tag: UInt32,
    on server: Server
  ) {
    messages.append(payload.copy)
    server.send(kind, payload, to: socket)
  }

  func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  ) {
    ends.append(end)
    self.unsent += unsent.map { Array($0.first + $0.second) }
  }
}

/// Runs `body` on a stage of its own.
func onSecureStage(
  _ certificate: Certificate = Certificate(),
  _ change: (inout ServerConfiguration) -> Void = { _ in },
  _ body: (SecureStage) throws -> Void
) throws {
  let loop = try EventLoop()
  defer { loop.close() }
  let stage = try SecureStage(on: loop, certificate, change)
  defer { stage.end() }
  try body(stage)
}
