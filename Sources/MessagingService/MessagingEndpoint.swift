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
  /// Whom an operator keeps out.
  let blocks = BlockList()
  /// When connections were opened, if somebody may ask.
  var openingTimes: OpeningTimes?
  private let loop: EventLoop
  private let pump: StorePump
  /// Asks for tokens, if they are asked for.
  private let gate: TokenGate?
  private var clockTimer: Timer?
  private var graceTimer: Timer?
  private var expiryTimer: Timer?

  /// Makes an endpoint on `loop`, whose messages are kept in `store`.
  ///
  /// - Parameter gate: Asks clients for tokens; without, anybody may connect as any client.
  /// - Throws: `UVError` (timers).
  public init(
    on loop: EventLoop,
    settings: ConnectionManager.Settings = .init(),
    store: any MessageStore,
    gate: TokenGate? = nil
  ) throws(UVError) {
    self.loop = loop
    self.gate = gate
    manager = ConnectionManager(settings: settings, store: store, authenticator: gate)
    pump = try StorePump(on: loop, store: store, manager: manager)
  }

  deinit {
    graceTimer?.close()
    clockTimer?.close()
    expiryTimer?.close()
  }

  /// Connects the endpoint with the server that has it among its routes; called once, before `start`.
  ///
  /// - Throws: `UVError` (timers).
  public func attach(to server: Server) throws(UVError) {
    pump.server = server
    let interval = server.configuration.heartbeatInterval
    let timeout = server.configuration.heartbeatTimeout
    manager.link.heartbeatInterval = UInt64(interval / .milliseconds(1))
    manager.link.heartbeatTimeout = UInt64(timeout / .milliseconds(1))
    manager.link.silenceBound = server.silenceBound.map { UInt64($0) }
    manager.link.messageBytes = server.configuration.limits.messageBytes
    graceTimer = try Timer(on: loop) { [unowned self, unowned server] in
      manager.endGraces(at: loop.now, through: server)
      scheduleGraces()
    }
    expiryTimer = try Timer(on: loop) { [unowned self] in manager.expirePairs(at: loop.now) }
    expiryTimer?.start(after: .seconds(600), every: .seconds(600))
    // The time of day may be set, and a machine that slept has stopped the loop's clock.
    clockTimer = try Timer(on: loop) { [unowned self, unowned server] in
      setClock()
      manager.endPasses(at: loop.now, through: server)
      manager.resumeStalled(at: loop.now)
    }
    clockTimer?.start(after: .seconds(1), every: .seconds(1))
    setClock()
    graceTimer?.setKeepsLoopRunning(false)
    clockTimer?.setKeepsLoopRunning(false)
    expiryTimer?.setKeepsLoopRunning(false)
  }

  // MARK: WebSocketHandler

  /// Refuses what is no client id (400), no subprotocol of ours (400) and, if so set, who has no token
  /// for the id (401), and ids in use (409).
  public func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
    let id: ClientID
    // More than one segment is a name with slashes in it, and refused as that.
    let name = Array(request.parameters.joined(separator: [UInt8(ascii: "/")]))
    do throws(ClientIDError) {
      id = try ClientID(name.span)
    } catch {
      return .refuse(.text(.badRequest, error.sentence))
    }
    guard let (spoken, answer) = Subprotocol.negotiate(request.handshake.subprotocols) else {
      return .refuse(.text(.badRequest, Subprotocol.refusal))
    }
    let dialect: Dialect
    switch spoken {
    case .plain: dialect = .plain
    case .v1:
      guard let since = request.since else { return .refuse(.badSince) }
      dialect = .v1(since: since)
    }
    let pass: Pass?
    switch gate?.judge(PresentedToken(request.request, request.handshake), of: id, at: time) {
    case nil: pass = nil
    case .admitted(let granted): pass = granted
    case .refused(let sentence):
      if spoken == .v1 { return turnAway(id, .tokenWrong, on: server) }
      return .refuse(.tokenRefused(sentence))
    }
    guard blocks.end(of: id, at: loop.now) == nil else {
      if spoken == .v1 { return turnAway(id, .forbidden, on: server) }
      return .refuse(.text(.forbidden, "An operator keeps the client \(id) out."))
    }
    guard manager.admits(id) else {
      if spoken == .v1 { return turnAway(id, .inUse, on: server) }
      return .refuse(.text(.conflict, "The client id \(id) is in use."))
    }
    return .accept(subprotocol: answer) { socket in
      self.openingTimes?.note(ConnectionID(socket), at: self.time)
      let place = self.manager.connect(
        id,
        ConnectionID(socket),
        dialect,
        pass: pass,
        at: self.loop.now,
        through: server
      )
      return Tag(place, spoken).rawValue
    }
  }

  /// Tells a client of `sotto.v1` over its socket, since a page does not see the status of an answer; but
  /// a page of a foreign origin is to see nothing at all.
  public func refuse(
    _ request: UpgradeRequest,
    _ refusal: UpgradeRefusal,
    on server: Server
  ) -> Admission {
    let name = Array(request.parameters.joined(separator: [UInt8(ascii: "/")]))
    guard let id = try? ClientID(name.span),
      refusal != .foreignOrigin,
      Subprotocol.negotiate(request.handshake.subprotocols)?.spoken == .v1
    else { return .refuse(refusal.response) }
    return turnAway(id, .tooMany, on: server)
  }

  /// Says goodbye before the server does.
  public func shutDown(on server: Server) {
    manager.goAway(rate: server.admissionsPerSecond, through: server)
  }

  /// Lets a client in only to tell it why it cannot stay: a page does not see the status of an answer.
  private func turnAway(_ id: ClientID, _ farewell: Farewell, on server: Server) -> Admission {
    .accept(subprotocol: Subprotocol.v1.rawValue) { socket in
      self.manager.turnAway(id, ConnectionID(socket), farewell, through: server)
      return Tag.nobody.rawValue
    }
  }

  /// Sends a message on, or does what a client asks for.
  public func received(
    _ payload: Span<UInt8>,
    _ kind: MessageKind,
    from socket: WebSocket,
    tag: UInt32,
    on server: Server
  ) {
    let tag = Tag(rawValue: tag)
    let form: MessageForm = kind == .text ? .text : .binary
    guard tag.speaksV1 else {
      return manager.sendPersonalMessage(
        payload,
        form,
        from: tag.place,
        over: ConnectionID(socket),
        at: loop.now,
        through: server
      )
    }
    guard tag != .nobody else { return }
    manager.receive(
      payload,
      form,
      from: tag.place,
      over: ConnectionID(socket),
      at: loop.now,
      through: server
    )
  }

  /// Goes on with kept messages.
  public func drained(_ socket: WebSocket, tag: UInt32, on server: Server) {
    let tag = Tag(rawValue: tag)
    guard tag != .nobody else { return }
    manager.drained(tag.place, ConnectionID(socket), at: loop.now, through: server)
  }

  /// Tells the peers, unless the server goes down, and keeps what was not sent.
  public func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  ) {
    let tag = Tag(rawValue: tag)
    guard tag != .nobody else { return }
    let unsent = unsent.map {
      UndeliveredMessage($0.kind == .text ? .text : .binary, $0.first, $0.second)
    }
    manager.disconnect(
      tag.place,
      ConnectionID(socket),
      unsent: unsent,
      why: end.leaveReason,
      isClean: end.isGoodbye,
      silence: end == .lost ? UInt64(server.silenceBound ?? 0) : 0,
      isTold: !server.isDraining,
      at: loop.now,
      through: server
    )
    scheduleGraces()
  }

  private func scheduleGraces() {
    guard let end = manager.nextGraceEnd else { return }
    let delay = end > loop.now ? end - loop.now : 0
    graceTimer?.start(after: .milliseconds(Int64(clamping: delay)))
  }

  /// The time of day, ms since 1970.
  private var time: UInt64 { UInt64(EventLoop.millisecondsSince1970) }

  /// Tells the manager the time of day that belongs to the loop's clock.
  private func setClock() {
    loop.updateNow()
    manager.epoch = time &- loop.now
  }
}

extension ConnectionID {
  init(_ socket: WebSocket) { self.init(rawValue: socket.rawValue) }
}

extension WebSocketEnd {
  /// Whether the client has closed in good order.
  var isGoodbye: Bool {
    if case .closedByPeer = self { true } else { false }
  }

  /// As a client's peers are told.
  var leaveReason: LeaveReason {
    switch self {
    case .closedHere(CloseCode(Farewell.removed.code)): .removed
    case .closedHere(CloseCode(Farewell.forbidden.code)): .removed
    case .closedByPeer, .disconnected, .closedHere: .closed
    case .lost: .lost
    case .slow: .slow
    }
  }
}

extension HTTPResponse {
  /// 400 for a number that is none.
  static var badSince: HTTPResponse {
    .text(.badRequest, "since must be a number of a log: 0 to \(Dialect.maximumSince).")
  }
}

extension UpgradeRequest {
  /// The query's number of a log, if there is one.
  ///
  /// - Returns: `nil` when it is no number of a log.
  fileprivate var since: UInt64?? {
    guard let text = request.target.first("since") else { return .some(nil) }
    guard text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = UInt64(text),
      number <= Dialect.maximumSince
    else { return nil }
    return number
  }
}
