import UV
import WebSocketProtocol

/// The ways out of `open`, and what is still to be done on them.
extension WebSocketConnection {
  func fail(_ error: ProtocolError) {
    if state == .closing { return linger() }
    finish(.closedHere(error.closeCode), reason: error.reason, awaitsAnswer: false)
  }

  /// The one way out of `open`: says goodbye as the case allows, and has the handler told.
  func finish(_ why: WebSocketEnd, reason: String = "", awaitsAnswer: Bool = true) {
    // What was gathered before the peer's close can still go; this may find the connection broken.
    if case .closedByPeer = why { flush() }
    if server.borrower == slot { server.sendLent() }
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

  func linger() {
    state = .lingering
    setDeadline(.milliseconds(Int(Self.lingerTime)))
    // Otherwise when the queue has drained.
    if outbound.queue == nil {
      flush(isLast: true)
      if isOpen, outbound.queue == nil { sendFIN() }
    }
  }

  func sendFIN() {
    do { try sendEnd() } catch { end() }
  }

  func setDeadline(_ time: Duration) {
    let delay = time.deadlineMilliseconds
    deadline = server.clock &+ delay
    server.examine(slot, after: delay)
  }

  /// What had come of a message is of no use any more.
  func forgetPartialMessage() {
    server.memory.add(-reader.heldBytes)
    reader = MessageReader()
  }
}
