import UV
import WebSocketProtocol
import WebSocketServer

@testable import Bench

/// A server of the plain protocol on the test's own loop, which can be told to do something wrong.
final class PlainServer: WebSocketHandler {
  /// What it does wrong.
  enum Damage: Sendable, CaseIterable {
    case nothing
    /// Every tenth message vanishes, comes twice, waits for the next one, or loses its last letter to
    /// another.
    case drops, repeats, swaps, changes
    /// Every tenth message goes to another client than its target, or says another sender.
    case misdirects, missigns
    /// Every tenth message is one byte too long.
    case lengthens
    /// Nobody hears of a leave, or hears twice.
    case silent, announcesTwice
    /// Every tenth message ends its sender's connection.
    case hangsUp
  }

  let server: Server
  private let damage: Damage
  private var ids: [UInt32: String] = [:]
  private var sockets: [String: WebSocket] = [:]
  private var peers: [String: Set<String>] = [:]
  private var held: [String: [UInt8]] = [:]
  private var received = 0

  init(on loop: EventLoop, _ damage: Damage = .nothing) throws {
    self.damage = damage
    var configuration = ServerConfiguration()
    configuration.port = 0
    let handler = Forward()
    server = try Server(
      on: loop,
      configuration: configuration,
      routes: [.webSocket("/ws/{id}", handler)]
    )
    handler.target = self
    try server.start()
  }

  /// Takes no more connections.
  func stop() {
    server.shutDown(within: .zero) {}
    server.loop.runOnce()
  }

  /// What the workloads need to know of it.
  func setting(
    clients: Int,
    kind: MessageKind = .text,
    bytes: Int = 64,
    seconds: Double = 0.05,
    patience: Double = 0.3
  ) throws -> Setting {
    guard let address = server.address else { throw BenchError.system("no address") }
    return Setting(
      loop: server.loop,
      address: address,
      server: ServerProcess(id: SystemProcess.own),
      clients: clients,
      form: MessageForm(kind: kind, messageBytes: bytes),
      seconds: seconds,
      warmUp: 0.01,
      patience: patience
    )
  }

  func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
    let id = String(decoding: request.parameters[0], as: UTF8.self)
    return .accept { [self] socket in
      sockets[id] = socket
      let tag = UInt32(ids.count)
      ids[tag] = id
      return tag
    }
  }

  func received(
    _ payload: Span<UInt8>,
    _ kind: MessageKind,
    from socket: WebSocket,
    tag: UInt32,
    on server: Server
  ) {
    let bytes = payload.copied
    guard let sender = ids[tag], let colon = bytes.firstIndex(of: 0x3A) else { return }
    let target = String(decoding: bytes[..<colon], as: UTF8.self)
    peers[sender, default: []].insert(target)
    peers[target, default: []].insert(sender)
    received += 1
    let isTenth = received.isMultiple(of: 10)
    var body = Array(bytes[(colon + 1)...])
    var signature = sender
    var targets = [target]
    if isTenth {
      switch damage {
      case .drops: return
      case .repeats: targets.append(target)
      case .changes: body[body.count - 1] ^= 1
      case .lengthens: body.append(0x21)
      case .misdirects: targets = [sender]
      case .missigns: signature = target
      case .hangsUp: return server.close(socket)
      default: break
      }
    }
    let text = kind == .text ? "Client #\(signature) says: " : "\(signature):"
    var message = Array(text.utf8) + body
    if damage == .swaps {
      // The first of two that are under way at a time waits for the second.
      if isTenth, held[sender] == nil {
        held[sender] = message
        return
      }
      if let first = held.removeValue(forKey: sender) {
        send(kind, message, to: target, on: server)
        message = first
      }
    }
    for target in targets { send(kind, message, to: target, on: server) }
  }

  func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  ) {
    guard let id = ids.removeValue(forKey: tag), damage != .silent else { return }
    sockets[id] = nil
    for peer in peers.removeValue(forKey: id) ?? [] {
      peers[peer]?.remove(id)
      for _ in 0..<(damage == .announcesTwice ? 2 : 1) {
        send(.text, Array("Client #\(id) left the chat".utf8), to: peer, on: server)
      }
    }
  }

  private func send(_ kind: MessageKind, _ bytes: [UInt8], to id: String, on server: Server) {
    guard let socket = sockets[id] else { return }
    server.send(kind, bytes.span, to: socket)
  }

  /// A server holds its handlers and this handler holds its server.
  private final class Forward: WebSocketHandler {
    weak var target: PlainServer?

    func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
      target?.admit(request, on: server) ?? .accept()
    }

    func received(
      _ payload: Span<UInt8>,
      _ kind: MessageKind,
      from socket: WebSocket,
      tag: UInt32,
      on server: Server
    ) {
      target?.received(payload, kind, from: socket, tag: tag, on: server)
    }

    func closed(
      _ socket: WebSocket,
      tag: UInt32,
      _ end: WebSocketEnd,
      unsent: [UnsentMessage],
      on server: Server
    ) {
      target?.closed(socket, tag: tag, end, unsent: unsent, on: server)
    }
  }
}

/// Runs `body` with a server on a loop of its own, which is closed afterwards.
func withServer(_ damage: PlainServer.Damage = .nothing, _ body: (PlainServer) throws -> Void)
  throws
{
  let loop = try EventLoop()
  defer { loop.close() }
  try body(PlainServer(on: loop, damage))
}
