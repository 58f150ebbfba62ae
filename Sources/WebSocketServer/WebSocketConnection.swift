import UV
import WebSocketProtocol

/// A connection after its upgrade: a ``MessageReader``, a ``MessageWriter``, and how it ends.
///
/// ``CompressedWebSocketConnection`` adds compression, so that no other pays for it.
class WebSocketConnection: Connection {
  /// How far the connection is on its way (RFC 6455 §7).
  private enum State: UInt8 {
    /// Messages go both ways.
    case open
    /// Our close frame is out, the peer's is awaited until `deadline`.
    case closing
    /// All has been said: FIN goes after the last byte, then the peer's FIN is awaited until `deadline`.
    case lingering
  }

  /// How long a peer may take to close its end, ms: closing first could turn what it has not read into RST.
  private static let lingerTime: UInt32 = 800

  private var reader = MessageReader()
  private var writer = MessageWriter()
  private var state = State.open
  private var readingIsPaused = false
  /// The place of its route in the server's list.
  private let route: UInt8
  private var tag: UInt32 = 0
  /// While `open`: when it was pinged, 0 unless an answer is awaited.
  ///
  /// Later: when its time is up.
  private var deadline: UInt32 = 0

  init(upgrading other: Connection, route: UInt8) {
    self.route = route
    super.init(upgrading: other)
  }

  /// The upgrade has been answered; `rest` came behind the request.
  func begin(with rest: Span<UInt8>, opened: ((WebSocket) -> UInt32)?) {
    server.enter(slot)
    isHeard()
    if server.heartbeat.interval > 0 { server.examine(slot, after: server.heartbeat.interval) }
    do { try startReading() } catch { finish(.disconnected) }
    if let opened {
      let socket = socket
      tag = opened(socket)
      if state != .open { server.setTag(tag, ofEnded: socket) }
    }
    server.leave()
    guard rest.count > 0, isOpen else { return }
    var copy: [UInt8] = []
    copy.append(copying: rest)
    var bytes = copy.mutableSpan
    received(&bytes)
  }

  override var sendsFrames: Bool { true }

  var socket: WebSocket { server.table.socket(at: slot) }

  var handler: any WebSocketHandler { server.router.handlers[Int(route)] }

  // MARK: Receiving

  override func received(_ bytes: inout MutableSpan<UInt8>) {
    receive(&bytes, inflatingBy: nil)
  }

  @inline(__always)
  final func receive(_ bytes: inout MutableSpan<UInt8>, inflatingBy deflate: PermessageDeflate?) {
    isHeard()
    guard state != .lingering else { return }
    server.enter(slot)
    do throws(ProtocolError) {
      let receiver = MessageReceiver(
        connection: self,
        handler: handler,
        socket: socket,
        tag: tag
      )
      try reader.receive(
        &bytes,
        limits: server.configuration.limits,
        inflatingBy: deflate,
        into: receiver
      )
    } catch {
      fail(error)
    }
    server.leave()
    // Replies that the peer does not read: it may send more when it has read them.
    if !readingIsPaused, outbound.queue != nil, server.hasReplied {
      readingIsPaused = true
      stopReading()
    }
  }

  override func isHeard() {
    super.isHeard()
    if state == .open { deadline = 0 }
  }

  override func receivedEnd() {
    server.enter(slot)
    if state == .open { finish(.disconnected) } else { end() }
    server.leave()
  }

  override func readFailed(_ error: UVError) {
    receivedEnd()
  }

  override func writeFailed() {
    if state == .open { finish(.disconnected) } else { end() }
  }

  override func drained() {
    server.enter(slot)
    if readingIsPaused {
      readingIsPaused = false
      do { try startReading() } catch { finish(.disconnected) }
    }
    switch state {
    case .open: handler.drained(socket, tag: tag, on: server)
    case .closing: break
    case .lingering: sendFIN()
    }
    server.leave()
  }

  /// Whether messages go both ways.
  var isOpenForMessages: Bool { state == .open }

  /// Whether anything more of what has been read counts.
  var wantsMore: Bool { state != .lingering }

  func receivedPing(_ payload: Span<UInt8>) {
    guard state == .open else { return }
    server.replies()
    send(FrameHeader.encode(.pong, payloadCount: payload.count), payload)
  }

  func receivedClose(_ code: CloseCode?, reason: Span<UInt8>) {
    guard state == .open else { return linger() }
    finish(.closedByPeer(code ?? .noStatus, reason: String(copying: reason)))
  }

  // MARK: Sending

  override func sendMessage(
    _ kind: MessageKind,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    isReply: Bool
  ) -> Bool {
    guard state == .open else { return false }
    let header = FrameHeader.encode(kind.opcode, payloadCount: first.count + second.count)
    let block = outbound
    // The common case: others have gone before in this round, and the kernel takes what is sent.
    if block.queue == nil, block.append(header, first, second) { return true }
    return sendPastOthers(header, first, second, isReply: isReply)
  }

  private func sendPastOthers(
    _ header: FrameHeader.Encoded,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    isReply: Bool
  ) -> Bool {
    if outbound.queue != nil, !isReply, unsentBytes > server.configuration.queueBytes {
      finish(.slow)
      return false
    }
    return send(header, first, second)
  }

  // MARK: The end

  override func closeSocket(_ code: CloseCode, reason: String) {
    finish(.closedHere(code), reason: reason)
  }

  private func fail(_ error: ProtocolError) {
    if state == .closing { return linger() }
    finish(.closedHere(error.closeCode), reason: error.reason, awaitsAnswer: false)
  }

  /// The one way out of `open`: says goodbye as the case allows, and has the handler told.
  private func finish(_ why: WebSocketEnd, reason: String = "", awaitsAnswer: Bool = true) {
    // What was gathered before the peer's close can still go; this may find the connection broken.
    if case .closedByPeer = why { flush() }
    guard state == .open else { return }
    state = .lingering
    // What follows can close the connection, and the number with it.
    let socket = socket
    var unsent: [UnsentMessage] = []
    var isDead = why == .lost || why == .disconnected
    switch why {
    case .closedByPeer(let code, _):
      // The frame on its way is completed, so that the close frame can follow: a client that has said
      // goodbye takes no more messages (§7.1.6), so this is none that it gets twice.
      if outbound.queue != nil { unsent = takeUnsentMessages() }
      sendClose(code)
      linger()
    case .closedHere(let code):
      // A server that goes down gives what waits the time to leave; otherwise it is handed back.
      if outbound.queue != nil, !server.isDraining {
        isDead = isMidFrame
        unsent = takeUnsentMessages()
      }
      sendClose(code, reason: reason)
      if isDead { break }
      if awaitsAnswer {
        state = .closing
        setDeadline(server.configuration.closeTimeout)
      } else {
        linger()
      }
    case .slow:
      isDead = isMidFrame
      unsent = takeUnsentMessages()
      sendClose(.readsTooSlowly, reason: "reads too slowly")
      if !isDead { linger() }
    case .lost:
      unsent = takeUnsentMessages()
      sendClose(.heartbeatMissed, reason: "heartbeat missed")
      flush()
    case .disconnected:
      unsent = takeUnsentMessages()
    }
    server.socketEnded(socket, tag: tag, handler: handler, why, unsent: unsent)
    if isDead { end() }
  }

  /// Whether a frame is on its way.
  ///
  /// When its message is handed back it must not be completed, or the peer could get it twice; nor
  /// can a close frame be put into it.
  private var isMidFrame: Bool { outbound.queue?.inFlight != nil }

  private func sendClose(_ code: CloseCode?, reason: String = "") {
    guard let frame = writer.closeFrame(code, reason: reason) else { return }
    send(frame.span)
  }

  private func linger() {
    state = .lingering
    setDeadline(.milliseconds(Int(Self.lingerTime)))
    // Otherwise when the queue has drained.
    if outbound.queue == nil {
      flush()
      if isOpen, outbound.queue == nil { sendFIN() }
    }
  }

  private func sendFIN() {
    do { try shutDown { _ in } } catch { end() }
  }

  private func setDeadline(_ time: Duration) {
    let delay = time.deadlineMilliseconds
    deadline = server.clock &+ delay
    server.examine(slot, after: delay)
  }

  override func shutDownSoon() {
    closeSocket(.goingAway, reason: "server going away")
  }

  // MARK: Time

  override func examine(at now: UInt32) -> UInt32? {
    guard state == .open else {
      let left = Int32(bitPattern: deadline &- now)
      if left > 0 { return UInt32(left) }
      end(reset: outbound.queue != nil)
      return nil
    }
    guard server.heartbeat.interval > 0 else { return nil }
    switch server.heartbeat.judge(
      lastHeard: lastHeard,
      pinged: deadline == 0 ? nil : deadline,
      now: now
    )
    {
    case .wait(let time):
      // No longer than the interval: when the answer to a ping comes soon, the next one is due then.
      return min(time &- now, server.heartbeat.interval)
    case .ping:
      let frame = FrameHeader.encode(.ping, payloadCount: 0).bytes
      server.willPing(self, bytes: frame.count)
      deadline = max(now, 1)
      sendUrgently(frame)
      return min(server.heartbeat.timeout, server.heartbeat.interval)
    case .dead:
      finish(.lost)
      return nil
    }
  }
}
