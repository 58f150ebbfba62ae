public import Messaging
public import UV
public import WebSocketProtocol
public import WebSocketServer

/// The WebSocket endpoint `/ws/{client_id}`: hands what happens on sockets to a ``ConnectionManager``.
public final class MessagingEndpoint: WebSocketHandler {
  /// The path of the endpoint, for `Route.webSocket`.
  public static let path = "/ws/**"

  /// Who decides about messages.
  public let manager: ConnectionManager
  private let loop: EventLoop
  private let pump: MailboxPump
  private let rateLimit: RateLimit?
  private var graceTimer: Timer?
  private var expiryTimer: Timer?

  /// Makes an endpoint on `loop`, with messages for absent clients in `mailbox`.
  ///
  /// - Throws: `UVError` (timers).
  public init(
    on loop: EventLoop,
    settings: ConnectionManager.Settings = .init(),
    mailbox: MemoryMailbox = MemoryMailbox()
  ) throws(UVError) {
    self.loop = loop
    rateLimit = settings.rateLimit > 0 ? RateLimit(messages: settings.rateLimit) : nil
    manager = ConnectionManager(settings: settings, mailbox: mailbox)
    pump = try MailboxPump(on: loop, mailbox: mailbox, manager: manager)
  }

  deinit {
    graceTimer?.close()
    expiryTimer?.close()
  }

  /// Connects the endpoint with the server that has it among its routes; called once, before `start`.
  ///
  /// - Throws: `UVError` (timers).
  public func attach(to server: Server) throws(UVError) {
    pump.server = server
    graceTimer = try Timer(on: loop) { [unowned self, unowned server] in
      manager.endGraces(at: loop.now, through: server)
      scheduleGraces()
    }
    expiryTimer = try Timer(on: loop) { [unowned self] in manager.expirePairs(at: loop.now) }
    expiryTimer?.start(after: .seconds(600), every: .seconds(600))
    graceTimer?.setKeepsLoopRunning(false)
    expiryTimer?.setKeepsLoopRunning(false)
  }

  // MARK: WebSocketHandler

  /// Refuses what is no client id (400), no subprotocol of ours (400) and, if so set, ids in use (409).
  public func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
    let id: ClientID
    // More than one segment is a name with slashes in it, and refused as that.
    let name = Array(request.parameters.joined(separator: [UInt8(ascii: "/")]))
    do throws(ClientIDError) {
      id = try ClientID(name.span)
    } catch {
      return .refuse(.text(.badRequest, error.sentence))
    }
    guard let (_, answer) = Subprotocol.negotiate(request.handshake.subprotocols) else {
      return .refuse(.text(.badRequest, Subprotocol.refusal))
    }
    guard manager.admits(id) else {
      return .refuse(.text(.conflict, "The client id \(id) is in use."))
    }
    return .accept(subprotocol: answer) { socket in
      self.manager.connect(id, ConnectionID(socket), at: self.loop.now, through: server)
    }
  }

  /// Sends a message on, unless it is one too many.
  public func received(
    _ payload: Span<UInt8>,
    _ kind: MessageKind,
    from socket: WebSocket,
    tag: UInt32,
    on server: Server
  ) {
    if let rateLimit {
      switch rateLimit.judge(ConnectionID(socket), at: loop.now) {
      case .allowed: break
      case .refused: return manager.refuseByRate(ConnectionID(socket), through: server)
      case .persistent: return server.close(socket, .rateLimited, reason: "rate limit")
      }
    }
    manager.sendPersonalMessage(
      payload,
      kind == .text ? .text : .binary,
      from: tag,
      over: ConnectionID(socket),
      at: loop.now,
      through: server
    )
  }

  /// Goes on with kept messages.
  public func drained(_ socket: WebSocket, tag: UInt32, on server: Server) {
    manager.drained(tag, through: server)
  }

  /// Tells the peers, unless the server goes down, and keeps what was not sent.
  public func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  ) {
    let unsent = unsent.map {
      UndeliveredMessage($0.kind == .text ? .text : .binary, $0.first, $0.second)
    }
    manager.disconnect(
      tag,
      ConnectionID(socket),
      unsent: unsent,
      isTold: !server.isDraining,
      at: loop.now,
      through: server
    )
    if manager.hasFeedsToCheck { pump.start() }
    scheduleGraces()
  }

  private func scheduleGraces() {
    guard let end = manager.nextGraceEnd else { return }
    let delay = end > loop.now ? end - loop.now : 0
    graceTimer?.start(after: .milliseconds(Int64(clamping: delay)))
  }
}

extension ConnectionID {
  init(_ socket: WebSocket) { self.init(rawValue: socket.rawValue) }
}

extension CloseCode {
  /// 4102: more messages a second than allowed, for five seconds; the client may come back later.
  static let rateLimited = CloseCode(4102)
}
