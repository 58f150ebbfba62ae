import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

/// A server on a free port of the loopback device, its handler at `/ws`, and clients for it.
final class Stage {
  let loop: EventLoop
  let server: Server
  let handler = RecordingHandler()
  private let address: SocketAddress

  /// Starts a server that nothing but `change` and the port make different from any other.
  init(
    on loop: EventLoop,
    routes: [Route] = [],
    _ change: (inout ServerConfiguration) -> Void = { _ in }
  ) throws {
    self.loop = loop
    var configuration = ServerConfiguration()
    configuration.port = 0
    change(&configuration)
    server = try Server(
      on: loop,
      configuration: configuration,
      routes: [.webSocket("/ws/**", handler)] + routes
    )
    try server.start()
    address = try #require(server.address)
  }

  /// A connected client.
  func client() throws -> RawClient {
    let client = try RawClient(on: loop, to: address)
    try loop.run { client.isConnected }
    return client
  }

  /// A client after the upgrade, and the server's side of it.
  func webSocket(_ target: String = "/ws/1", _ fields: [String] = []) throws
    -> (client: RawClient, socket: WebSocket)
  {
    let client = try client()
    let count = handler.opened.count
    client.send(RawClient.upgradeRequest(target, fields))
    try loop.run { self.handler.opened.count > count && !client.bytes.isEmpty }
    return (client, try #require(handler.opened.last))
  }

  /// Sends a text to a socket.
  @discardableResult
  func send(_ text: String, to socket: WebSocket) -> Bool {
    server.send(.text, Array(text.utf8).span, to: socket)
  }

  /// Sends bytes to a socket, in two pieces as messages mostly come: a short one and the rest.
  @discardableResult
  func send(_ bytes: [UInt8], to socket: WebSocket) -> Bool {
    let bytes = bytes.span
    let cut = min(4, bytes.count)
    return server.send(
      .binary,
      bytes.extracting(0..<cut),
      bytes.extracting(cut..<bytes.count),
      to: socket
    )
  }

  /// Sends numbered messages of `size` bytes until the kernel takes no more, and then `more`.
  ///
  /// - Returns: how many were sent.
  func fill(_ socket: WebSocket, size: Int = 50_000, more: Int = 0) throws -> Int {
    var count = 0
    while server.table.with(socket, { $0.outbound.queue == nil }) ?? false {
      // What is written now does not wait for the end of the round.
      try #require(send(Self.message(count, size), to: socket))
      server.table.with(socket) { $0.flush() }
      count += 1
      try #require(count < 10_000)
    }
    for _ in 0..<more {
      try #require(send(Self.message(count, size), to: socket))
      count += 1
    }
    return count
  }

  /// A message that tells its number, of at least four bytes.
  static func message(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      + Array(repeating: UInt8(truncatingIfNeeded: number), count: max(0, size - 4))
  }

  /// The numbers of messages that are whole; -1 for others.
  static func numbers(of messages: [[UInt8]], _ size: Int = 50_000) -> [Int] {
    messages.map { bytes in
      guard bytes.count >= 4 else { return -1 }
      let number = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
      return bytes == message(number, size) ? number : -1
    }
  }
}

/// Runs `body` on a stage of its own, and looks whether the server kept to the rules for its handlers.
func onStage(
  routes: (EventLoop) throws -> [Route] = { _ in [] },
  _ change: (inout ServerConfiguration) -> Void = { _ in },
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (Stage) throws -> Void
) throws {
  let loop = try EventLoop()
  defer { loop.close() }
  let stage = try Stage(on: loop, routes: try routes(loop), change)
  // What the test has set may hold the stage, and so itself.
  defer { stage.handler.forgetReactions() }
  try body(stage)
  #expect(stage.handler.faults == [], sourceLocation: sourceLocation)
}
