public import Logging
public import UV
public import WebSocketProtocol

/// An HTTP and WebSocket server on one loop, without locks.
///
/// ```swift
/// let server = try Server(on: EventLoop(), routes: [.webSocket("/**", Echo())])
/// try server.start()
/// server.loop.run()
/// ```
public final class Server {
  /// The loop that all of it runs on.
  public let loop: EventLoop
  /// What was set.
  public let configuration: ServerConfiguration
  /// Where single events are noted, at `debug`.
  public let logger: Logger

  /// What gives each connection its filter, if the server has one.
  let security: (any TransportSecurity)?
  let filters = TransportFilters()
  let router: Router
  let table = ConnectionTable()
  let blocks = BlockPool()
  let memory: MemoryAccount
  let addresses: AddressCounter
  var admissionRate = AdmissionRate()
  /// Connections that are being told that they cannot stay.
  var refusedCount = 0
  let deflate = DeflatePool()
  let turns: TurnQueue
  let heartbeat: Heartbeat
  let sweep: HeartbeatSweep
  var listener: TCPListener?
  var roundEnd: LoopHook?
  private var dateLine = DateLine()

  let dirty = DirtyList()
  var isWriting = false
  /// Sockets that have ended and whose handlers have not been told.
  private var ended: [EndedSocket] = []
  /// Whether there are any: asked for each read, when an array would cost a record of the access.
  private var hasEnded = false
  /// Connections whose socket another object has taken over in this round.
  private var retired: [Connection] = []
  /// Handler calls that are under way.
  private var depth = 0
  /// The connection whose bytes are being handled.
  private var receiving = UInt32.max
  /// What is being handled, if it can be kept without a copy.
  var received = ReceivedMessage()
  /// Whether anything was sent to it meanwhile.
  private(set) var hasReplied = false
  /// See `lend`: what.
  var lent = LentPayloads()
  /// To whom: a slot, which costs no count of references when it is compared.
  var borrower = UInt32.max
  /// Set from `shutDown` on.
  public internal(set) var isDraining = false
  var onEmpty: (() -> Void)?
  var drainTimer: Timer?

  /// Makes a server that does not listen yet.
  ///
  /// Routes are tried in their order.
  ///
  /// - Parameter security: TLS, as `WebSocketTLS` has it; `nil`: the connections are plain.
  /// - Throws: `UVError` when the process is out of descriptors.
  public init(
    on loop: EventLoop,
    configuration: ServerConfiguration = ServerConfiguration(),
    routes: [Route],
    security: (any TransportSecurity)? = nil,
    logger: Logger = Logger(label: "WebSocketServer")
  ) throws(UVError) {
    self.loop = loop
    self.configuration = configuration
    self.logger = logger
    self.security = security
    router = Router(routes)
    memory = MemoryAccount(limit: configuration.memoryBytes)
    addresses = AddressCounter(limit: configuration.connectionsPerAddress)
    let interval = configuration.heartbeatInterval.deadlineMilliseconds
    let timeout = configuration.heartbeatTimeout.deadlineMilliseconds
    heartbeat = Heartbeat(interval: interval, timeout: timeout)
    let handshake = configuration.handshakeTimeout.deadlineMilliseconds
    sweep = try HeartbeatSweep(
      on: loop,
      table: table,
      shortest: interval == 0 ? handshake : min(interval, timeout, handshake),
      longest: max(interval, timeout, handshake)
    )
    turns = try TurnQueue(on: loop, deflate: deflate)
    roundEnd = try LoopHook(on: loop, .beforeWaiting) { [unowned self] in endRound() }
    roundEnd?.start()
  }

  deinit {
    // No connection is open: each would have kept the server. The rest must not call it any more.
    roundEnd?.close()
    sweep.stop()
    turns.close()
    listener?.close()
    drainTimer?.close()
  }

  /// Binds and listens.
  ///
  /// - Throws: `UVError`, such as `EADDRINUSE`.
  public func start() throws(UVError) {
    let address = try SocketAddress.resolve(configuration.host, port: configuration.port, on: loop)
    listener = try TCPListener(on: loop, address: address) { [unowned self] in accept($0) }
  }

  /// Where it listens, with the port that the system chose; `nil` before `start`.
  public var address: SocketAddress? { listener?.localAddress }

  /// Connections of all kinds.
  public var connectionCount: Int { table.count }

  /// A socket that falls silent is known to be dead within this many milliseconds; `nil` without heartbeat.
  public var silenceBound: Int? {
    guard heartbeat.interval > 0 else { return nil }
    return Int(heartbeat.interval) + Int(heartbeat.timeout) + 2 * Int(sweep.tick)
  }

  /// How many clients a second can come in while those who are inside are served as well, judged by what the
  /// last ones cost.
  public var admissionsPerSecond: Double { admissionRate.perSecond }

  // MARK: WebSockets

  /// Sends a message made of two pieces that follow each other; no copy is kept once it returns.
  ///
  /// - Returns: false when it is not sent: the socket has ended, or it reads too slowly and is closed
  ///   for that (see ``ServerConfiguration/queueBytes``).
  @discardableResult
  public func send(
    _ kind: MessageKind,
    _ first: Span<UInt8>,
    _ second: Span<UInt8> = Span(),
    to socket: WebSocket
  ) -> Bool {
    let isReply = socket.slot == receiving
    if isReply { noteReply() }
    return table.with(socket) { $0.sendMessage(kind, first, second, isReply: isReply) } ?? false
  }

  /// Starts the close handshake (RFC 6455 §7.1.2); the handler is told by `closed`.
  ///
  /// - Parameter reason: at most 123 bytes of UTF-8.
  public func close(_ socket: WebSocket, _ code: CloseCode = .normal, reason: String = "") {
    table.with(socket) { $0.closeSocket(code, reason: reason) }
  }

  /// Bytes that were sent to the socket and that the kernel has not taken yet.
  public func unsentBytes(of socket: WebSocket) -> Int {
    table.with(socket) { $0.unsentBytes } ?? 0
  }

  // MARK: For connections

  /// Bytes that a ``TransportFilter`` may add to a ping.
  private static let mostFilterOverhead = 64

  /// The heartbeat's clock, ms.
  var clock: UInt32 { sweep.now }

  /// Bytes of the connection at `slot` are being handled: handlers may be called until `leave`.
  func enter(_ slot: UInt32) {
    depth += 1
    receiving = slot
    hasReplied = false
  }

  /// Whether bytes of a connection are being handled.
  var isReceiving: Bool { receiving != .max }

  /// Something is sent to the connection whose bytes are being handled.
  func noteReply() {
    hasReplied = true
  }

  /// The outermost of the handler calls has returned: whatever they ended can be told now.
  func leave() {
    depth -= 1
    receiving = .max
    guard depth == 0 else { return }
    if borrower != .max { sendLent() }
    if memory.isOver { relieveMemory() }
    if hasEnded { tellEnded() }
  }

  /// The kernel did not take all: what its TCP acknowledges from now on is a sign of life.
  func becameBlocked(_ slot: UInt32) {
    guard let connection = table[slot] else { return }
    sweep.watch(connection, table.socket(at: slot))
  }

  /// Has the connection at `slot` looked at after `delay` ms at the latest.
  func examine(_ slot: UInt32, after delay: UInt32) {
    sweep.file(slot, after: delay)
  }

  /// A ping is about to be sent to a connection that has been sent other things before.
  ///
  /// - Returns: whether the peer's TCP has not acknowledged all of them.
  func willPing(_ connection: Connection, bytes: Int) -> Bool {
    let socket = table.socket(at: connection.slot)
    guard sweep.watch(connection, socket) else { return false }
    // A filter makes more of it; counted too high, a little less of what is acknowledged counts.
    sweep.sentPing(to: socket, bytes: bytes + (security == nil ? 0 : Self.mostFilterOverhead))
    return true
  }

  /// A socket has ended; its handler is told as soon as no other call is under way.
  func socketEnded(
    _ socket: WebSocket,
    tag: UInt32,
    handler: any WebSocketHandler,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage]
  ) {
    logger.debug(
      "WebSocket ended",
      metadata: ["socket": "\(socket)", "why": "\(end)", "unsent": "\(unsent.count)"]
    )
    hasEnded = true
    ended.append(
      EndedSocket(socket: socket, tag: tag, handler: handler, end: end, unsent: unsent)
    )
  }

  /// The tag has become known of a socket that ended while it was being opened.
  func setTag(_ tag: UInt32, ofEnded socket: WebSocket) {
    for place in ended.indices where ended[place].socket == socket { ended[place].tag = tag }
  }

  /// A connection is being closed: nobody finds it any more.
  func forget(_ connection: Connection) {
    table.remove(at: connection.slot)
    addresses.release(connection.slot)
    if security != nil { filters[connection.slot] = nil }
  }

  /// Keeps an object until the callback that it is in has returned.
  func retire(_ connection: Connection) {
    retired.append(connection)
  }

  /// The present, as HTTP writes it.
  var date: String { dateLine.text(at: EventLoop.secondsSince1970) }

  func tellEnded() {
    guard hasEnded else { return }
    // Telling one may end others, which come behind.
    var place = 0
    while place < ended.count {
      let one = ended[place]
      place += 1
      depth += 1
      one.handler.closed(
        one.socket,
        tag: one.tag,
        one.end,
        unsent: one.unsent,
        on: self
      )
      depth -= 1
    }
    ended.removeAll()
    hasEnded = false
  }

  /// Before the loop waits: tells what has ended, and writes what the round has gathered.
  private func endRound() {
    deflate.beginRound()
    if memory.isOver { relieveMemory() }
    while hasEnded || dirty.count > 0 {
      tellEnded()
      writeGathered()
    }
    if !retired.isEmpty { retired = [] }
    endIfEmpty()
  }
}
