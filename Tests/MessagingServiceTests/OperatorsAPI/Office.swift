import Messaging
import TestSupport
import Testing
import UV
import WebSocketServer

@testable import MessagingService

/// A server with the operators' API beside the messaging endpoint, and who asks it.
final class Office {
  /// What comes back.
  struct Answer: Equatable {
    let status: Int
    let head: String
    let body: String

    /// The `code` of an error.
    var code: String? {
      let start = #"{"error":{"code":""#
      guard body.hasPrefix(start) else { return nil }
      return String(body.dropFirst(start.count).prefix { $0 != "\"" })
    }
  }

  static let token = "s3cret"

  let loop: EventLoop
  let store: MemoryStore
  let endpoint: MessagingEndpoint
  let api: OperatorsAPI
  let server: Server
  private let address: SocketAddress

  init(on loop: EventLoop, limits: StoreLimits = .init()) throws {
    self.loop = loop
    store = MemoryStore(identity: .random(), limits: limits)
    endpoint = try MessagingEndpoint(on: loop, store: store)
    api = OperatorsAPI(endpoint, token: try #require(AdminToken(Self.token)), on: loop)
    var configuration = ServerConfiguration()
    configuration.port = 0
    server = try Server(
      on: loop,
      configuration: configuration,
      routes: [api.route(messageBytes: 1000), .webSocket(MessagingEndpoint.path, endpoint)]
    )
    try endpoint.attach(to: server)
    try server.start()
    address = try #require(server.address)
  }

  /// Asks the API, on a connection of its own.
  func ask(
    _ method: String,
    _ path: String,
    _ body: String? = nil,
    token: String? = Office.token,
    _ fields: [String] = []
  ) throws -> Answer {
    var lines = ["\(method) /api/v1/\(path) HTTP/1.1", "Host: a", "Connection: close"] + fields
    if let token { lines.append("Authorization: Bearer \(token)") }
    if let body {
      lines.append("Content-Length: \(body.utf8.count)")
      if !fields.contains(where: { $0.hasPrefix("Content-Type") }) {
        lines.append("Content-Type: application/json")
      }
    }
    let client = try RawClient(on: loop, to: address)
    try loop.run { client.isConnected }
    client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    try loop.run { client.isOver }
    let parts = client.text.split(separator: "\r\n\r\n", maxSplits: 1)
    let status = client.text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return Answer(
      status: try #require(status),
      head: String(parts[0]),
      body: parts.count > 1 ? String(parts[1]) : ""
    )
  }

  /// A client whose upgrade has been answered, by 101 or else.
  func client(_ path: String, _ fields: [String] = []) throws -> RawClient {
    let client = try RawClient(on: loop, to: address)
    try loop.run { client.isConnected }
    client.send(RawClient.upgradeRequest(path, fields))
    try loop.run { client.text.contains("\r\n\r\n") }
    return client
  }
}

/// Runs `body` in an office of its own.
func inOffice(limits: StoreLimits = .init(), _ body: (Office) throws -> Void) throws {
  try withLoop { loop in try body(try Office(on: loop, limits: limits)) }
}
