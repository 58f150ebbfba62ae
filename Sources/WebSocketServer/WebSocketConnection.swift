import UV
import WebSocketProtocol

/// A connection after its upgrade: a ``MessageReader``, a ``MessageWriter``, and how it ends.
///
/// ``CompressedWebSocketConnection`` adds compression, so that no other pays for it.
class WebSocketConnection: Connection {
  /// How far the connection is on its way (RFC 6455 §7).
  enum State: UInt8 {
    /// Messages go both ways.
    case open
    /// Our close frame is out, the peer's is awaited until `deadline`.
    case closing
    /// All has been said: FIN goes after the last byte, then the peer's FIN is awaited until `deadline`.
    case lingering
  }

  /// How long a peer may take to close its end, ms: closing first could turn what it has not read into RST.
  static let lingerTime: UInt32 = 800

  var reader = MessageReader()
  /// Whether the reader waits for the rest of a message: asked for each read, while the reader itself
  /// would cost a record of the access.
  private var isMidMessage = false
  var writer = MessageWriter()
  var state = State.open
  /// The place of its route in the server's list.
  private let route: UInt8
  /// Whether anything but pings has been sent of which the peer's TCP may have acknowledged less than
  /// all: saves most connections the question, which is a system call, with each ping.
  private var hasSent = false
  var tag: UInt32 = 0
  /// While `open`: when it was pinged, 0 unless an answer is awaited.
  ///
  /// Later: when its time is up.
  var deadline: UInt32 = 0

  init(upgrading other: Connection, route: UInt8) {
    self.route = route
    super.init(upgrading: other)
  }

  deinit {
    server.memory.add(-reader.heldBytes)
  }

  /// The upgrade has been answered; `rest` came behind the request.
  func begin(with rest: Span<UInt8>, opened: ((WebSocket) -> UInt32)?) {
    server.enter(slot)
    noteSignOfLife()
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
    handle(&bytes)
  }

  override var sendsFrames: Bool { true }

  var socket: WebSocket { server.table.socket(at: slot) }

  var handler: any WebSocketHandler { server.router.handlers[Int(route)] }

  // MARK: Receiving

  override func handle(_ bytes: inout MutableSpan<UInt8>) {
    receive(&bytes, inflatingBy: nil)
  }

  /// Feeds the reader.
  ///
  /// - Returns: how many bytes are done with; with `deflate` the rest may have to wait for its turn.
  @inline(__always) @discardableResult
  final func receive(
    _ bytes: inout MutableSpan<UInt8>,
    inflatingBy deflate: PermessageDeflate?
  ) -> Int {
    noteSignOfLife()
    guard state != .lingering else { return bytes.count }
    var taken = bytes.count
    server.enter(slot)
    do throws(ProtocolError) {
      let receiver = MessageReceiver(
        connection: self,
        handler: handler,
        socket: socket,
        tag: tag
      )
      let limits = server.configuration.limits
      if let deflate {
        taken = try reader.receive(
          &bytes,
          limits: limits,
          inflatingBy: deflate,
          into: InflatedMessageReceiver(receiver: receiver)
        )
      } else {
        try receive(&bytes, limits, receiver)
      }
    } catch {
      forgetPartialMessage()
      fail(error)
    }
    // Nobody would find it any more until the memory is freed.
    if !isOpen { forgetPartialMessage() }
    server.leave()
    // Replies that the peer does not read: it may send more when it has read them.
    if isBlockedByReplies { stopReading() }
    return wantsMore ? taken : bytes.count
  }

  /// First what needs no reader, which is all most of the time.
  @inline(__always)
  private func receive(
    _ bytes: inout MutableSpan<UInt8>,
    _ limits: Limits,
    _ receiver: MessageReceiver
  ) throws(ProtocolError) {
    var taken = 0
    if !isMidMessage {
      taken = try MessageReader.receiveShortMessages(
        &bytes,
        at: 0,
        from: .client,
        limits: limits,
        into: receiver
      )
      guard taken < bytes.count, wantsMore else { return }
    }
    try reader.receive(&bytes, from: taken, limits: limits, into: receiver)
    isMidMessage = !reader.isBetweenMessages
  }

  /// Whether replies wait that the peer does not read.
  final var isBlockedByReplies: Bool { outbound.queue != nil && server.hasReplied }

  override func noteSignOfLife() {
    super.noteSignOfLife()
    if state == .open { deadline = 0 }
  }

  override func receivedEnd() {
    server.enter(slot)
    if state == .open { finish(.disconnected) } else { end() }
    forgetPartialMessage()
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
    do { try startReading() } catch { finish(.disconnected) }
    switch state {
    case .open: handler.drained(socket, tag: tag, on: server)
    case .closing: break
    case .lingering: sendFIN()
    }
    server.leave()
  }

  final override var isOpenForMessages: Bool { state == .open }

  /// Whether anything more of what has been read counts.
  var wantsMore: Bool { state != .lingering }

  func receivedPing(_ payload: Span<UInt8>) {
    guard state == .open else { return }
    server.noteReply()
    hasSent = true
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
    hasSent = true
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
    // What is large is sent from where it is as the second piece.
    return second.isEmpty ? send(header, Span(), first) : send(header, first, second)
  }

  // MARK: The end

  override func closeSocket(_ code: CloseCode, reason: String) {
    finish(.closedHere(code), reason: reason)
  }

  override var heldBytes: Int { super.heldBytes + reader.heldBytes }

  override func giveUp() {
    let partialBytes = reader.heldBytes
    forgetPartialMessage()
    guard state == .open else { return end(reset: true) }
    if partialBytes > super.heldBytes {
      finish(.closedHere(.messageTooBig), reason: "memory is short", awaitsAnswer: false)
    } else {
      finish(.slow)
    }
  }

  override func shutDownSoon() {
    closeSocket(.goingAway, reason: "server going away")
  }

  // MARK: Time

  override func examine(at now: UInt32) -> UInt32? {
    guard state == .open else {
      let left = Int32(bitPattern: deadline &- now)
      if left > 0 { return UInt32(left) }
      forgetPartialMessage()
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
      let frame = FrameHeader.encode(.ping, payloadCount: 0)
      if hasSent { hasSent = server.willPing(self, bytes: frame.count) }
      deadline = max(now, 1)
      sendUrgently(frame)
      return min(server.heartbeat.timeout, server.heartbeat.interval)
    case .dead:
      finish(.lost)
      forgetPartialMessage()
      return nil
    }
  }
}
