import UV
import WebSocketProtocol

/// A connection as long as it speaks HTTP/1.1: one request after the other, each answered before the
/// next is looked at, until one of them upgrades it.
final class HTTPConnection: Connection {
  private enum State {
    /// Waits for a request, or the rest of one.
    case reading
    /// Sends a response; what comes meanwhile waits in `pending`.
    case responding
    /// Has sent its last response: FIN follows, then the peer's FIN is awaited.
    case closing
  }

  /// How long a peer may take to close its end, ms; see `WebSocketConnection.lingerTime`.
  private static let lingerTime: UInt32 = 800

  private var parser: HTTPRequestParser
  private var state = State.reading
  var request: HTTPRequest?
  /// Bytes behind the request that is being answered: at most what one read brings.
  private var pending: [UInt8] = [] {
    didSet { server.memory.add(pending.count - oldValue.count) }
  }
  private var transfer: FileTransfer?
  /// The request that is being read or answered, if its route takes bodies.
  var exchange: HTTPExchange?
  /// Bytes of its body that have come, those that are dropped included.
  var bodyBytes = 0
  private var deadline: UInt32 = 0
  private var isFINSent = false
  /// Time spent on it until the present work began, ns, and when that was; 0 while there is none.
  private var work: UInt64 = 0
  private var workStart: UInt64 = 0
  /// Why it may not stay: the server counts it among the refused.
  private(set) var refusal: UpgradeRefusal?
  private var hasPeerEnded = false
  /// Who is at the other end of the socket.
  let peer: IPAddress?

  override init(on server: Server, socket: consuming TCPSocket) throws(UVError) {
    parser = HTTPRequestParser(limits: server.router.limits(server.configuration))
    peer = socket.peerIP.map(IPAddress.init(bits:))
    try super.init(on: server, socket: socket)
  }

  /// The socket is connected: a request is awaited.
  func begin() {
    setDeadline(handshakeTime)
  }

  /// How long a peer that may not stay has time for its request, ms: it is answered then in any case.
  private static let refusalTime: UInt32 = 500

  /// The connection may not stay: it is told why when it has asked, or soon without that.
  func refuse(_ refusal: UpgradeRefusal) {
    self.refusal = refusal
    server.refusedCount += 1
    setDeadline(Self.refusalTime)
  }

  override func willEnd() {
    pending = []
    forgetExchange()
    endRefusal()
  }

  /// It is not counted among the refused any more: it has ended, or another object goes on with it.
  func endRefusal() {
    if refusal != nil { server.refusedCount -= 1 }
    refusal = nil
  }

  override var heldBytes: Int {
    super.heldBytes + pending.count + (exchange?.body.count ?? 0)
  }

  private var handshakeTime: UInt32 {
    server.configuration.handshakeTimeout.deadlineMilliseconds
  }

  private func setDeadline(_ delay: UInt32) {
    deadline = server.clock &+ delay
    server.examine(slot, after: delay)
  }

  override func examine(at now: UInt32) -> UInt32? {
    var left = Int32(bitPattern: deadline &- now)
    // What the peer's TCP has taken of a long answer counts, however slowly it takes it.
    if state == .responding {
      left = max(left, Int32(bitPattern: lastHeard &+ handshakeTime * 6 &- now))
    }
    if left > 0 { return UInt32(left) }
    if let refusal, state == .reading {
      respond(refusal.response, keepsAlive: false)
      return Self.lingerTime
    }
    end(reset: outbound.queue != nil)
    return nil
  }

  // MARK: Receiving

  override func handle(_ bytes: inout MutableSpan<UInt8>) {
    beginWork()
    defer { endWork() }
    switch state {
    case .reading: process(&bytes)
    case .responding: keep(bytes.span, from: 0)
    case .closing: break
    }
  }

  override func beginWork() {
    if workStart == 0 { workStart = EventLoop.nanoseconds }
  }

  override func endWork() {
    work = workSoFar
    workStart = 0
  }

  /// What the connection has cost, ns.
  var workSoFar: UInt64 { workStart == 0 ? work : work + EventLoop.nanoseconds - workStart }

  override func receivedEnd() {
    hasPeerEnded = true
    switch state {
    case .reading:
      if let refusal { respond(refusal.response, keepsAlive: false) } else { closeWhenSent() }
    // A client may close its half after the last request and read the answer.
    case .responding: break
    case .closing: if isFINSent { end() }
    }
  }

  override func readFailed(_ error: UVError) {
    end()
  }

  private func keep(_ bytes: Span<UInt8>, from offset: Int) {
    // Sending the answer may have found the connection broken: nobody would take it off the account.
    guard isOpen else { return }
    var rest = pending
    rest.append(copying: bytes.extracting(offset..<bytes.count))
    pending = rest
    stopReading()
  }

  private func process(_ bytes: inout MutableSpan<UInt8>) {
    var offset = 0
    var wasIdle = parser.isIdle
    do throws(HTTPError) {
      while state == .reading, isOpen {
        guard let event = try parser.next(bytes.span, offset: &offset) else {
          // The clock runs from the first byte of a request, however slowly the others follow.
          if wasIdle, !parser.isIdle { setDeadline(handshakeTime) }
          return
        }
        switch event {
        case .head(let head):
          if case .webSocket(let handler, let parameters) = server.router.match(head.target) {
            if upgrade(head, handler, parameters, &bytes, offset) { return }
          } else if let refusal {
            respond(refusal.response, keepsAlive: false)
          } else {
            try beginBody(head, hasMore: offset < bytes.count)
          }
        case .body(let part): try takeBody(bytes.span.extracting(part))
        case .end:
          wasIdle = true
          if let request { respond(to: request) }
        }
      }
    } catch {
      request = nil
      let response = exchange?.handler.response(to: error) ?? error.response
      forgetExchange()
      respond(response, keepsAlive: false)
    }
    if state == .responding, offset < bytes.count { keep(bytes.span, from: offset) }
  }

  // MARK: Responding

  func respond(to request: HTTPRequest, keepsAlive: Bool = true) {
    let keepsAlive = keepsAlive && request.keepsAlive && !server.isDraining
    state = .responding
    noteProgress()
    if let exchange { return handle(exchange) }
    switch server.router.match(request.target) {
    // The asterisk of OPTIONS names the server, which is there (RFC 9112 §3.2.4).
    case .nothing where !request.target.segments.isEmpty:
      respond(.text(.notFound, "There is nothing at this address."), keepsAlive: keepsAlive)
    case _ where request.method != "GET" && request.method != "HEAD":
      var response = HTTPResponse.text(.methodNotAllowed, "Only GET and HEAD are possible here.")
      response.fields.append("Allow", "GET, HEAD")
      respond(response, keepsAlive: keepsAlive)
    case .response(let answer): respond(answer(request, server), keepsAlive: keepsAlive)
    case .files(let files, let names):
      files.find(names, for: request) { [self] found in
        guard isOpen, state == .responding else { return }
        switch found {
        case .response(let response): respond(response, keepsAlive: keepsAlive)
        case .file(let file, let response):
          sendHead(response, contentLength: file.count, keepsAlive: keepsAlive)
          if request.method == "HEAD" { return responded(keepsAlive: keepsAlive) }
          let transfer = FileTransfer(file, to: self, keepsAlive: keepsAlive)
          self.transfer = transfer
          transfer.proceed()
        }
      }
    case .nothing, .webSocket, .requests: break  // Answered above, and when the head came.
    }
  }

  func respond(_ response: HTTPResponse, keepsAlive: Bool) {
    state = .responding
    sendHead(response, contentLength: response.body.count, keepsAlive: keepsAlive)
    if request?.method != "HEAD", response.status.allowsBody { send(response.body.span) }
    responded(keepsAlive: keepsAlive)
  }

  /// All of a response has been sent, or waits to be.
  func responded(keepsAlive: Bool) {
    request = nil
    transfer = nil
    guard isOpen else { return }
    guard keepsAlive, !hasPeerEnded || !pending.isEmpty else { return closeWhenSent() }
    noteProgress()
    // A client that does not read its answers gets no more of them.
    if outbound.queue == nil { readOn() }
  }

  /// Goes on with what has arrived during a response.
  private func readOn() {
    state = .reading
    var bytes = pending
    pending = []
    if !bytes.isEmpty {
      var span = bytes.mutableSpan
      process(&span)
    }
    guard state == .reading, isOpen else { return }
    // The server may have begun to go down since the answer said that the connection stays open.
    if hasPeerEnded || (server.isDraining && parser.isIdle) { return closeWhenSent() }
    do { try startReading() } catch { end() }
  }

  override func drained() {
    switch state {
    case .reading: break
    case .responding:
      noteProgress()
      if let transfer { transfer.proceed() } else { readOn() }
    case .closing: sendFIN()
    }
  }

  /// An answer makes progress: it has time again.
  func noteProgress() {
    setDeadline(handshakeTime * 6)
  }

  // MARK: The end

  private func closeWhenSent() {
    state = .closing
    pending = []
    if !hasPeerEnded { do { try startReading() } catch { return end() } }
    flush(isLast: true)
    guard isOpen else { return }
    setDeadline(outbound.queue == nil ? Self.lingerTime : handshakeTime)
    if outbound.queue == nil { sendFIN() }
  }

  private func sendFIN() {
    guard !isFINSent else { return }
    if hasPeerEnded { return end() }
    isFINSent = true
    setDeadline(Self.lingerTime)
    do { try sendEnd() } catch { end() }
  }

  override func shutDownSoon() {
    switch state {
    case .reading where parser.isIdle: closeWhenSent()
    default: break  // It is closed when the answer has been sent.
    }
  }
}
