import UV
import WebSocketProtocol
import WebSocketServer

/// One connection of the crowd: upgrades itself, hands what arrives to ``Crowd``, answers pings.
final class Client: TCPStream {
  /// How far it has come.
  enum Phase {
    /// The upgrade has not been answered.
    case opening
    /// It has been, and the server's first frame is awaited.
    case greeting
    /// Messages may go both ways.
    case open
    /// It has been told to leave.
    case leaving
    /// It is over.
    case ended
  }

  /// Its place in the crowd.
  let place: Int
  let crowd: Crowd
  var phase = Phase.opening
  /// Whether the kernel has taken all of the output so far.
  private(set) var isWritable = false

  /// The start of a frame, or of the response, whose rest has not come.
  var carried: [UInt8] = []
  /// Bytes of filler that are still to come of the delivery under way.
  var fillerLeft = 0
  /// Of whom that delivery is, and its number.
  var delivery: (from: Int, number: UInt32) = (0, 0)
  /// Bytes of a frame still to come that are not looked at.
  var ignoredBytes = 0
  /// In `sotto.v1`: the log's name, the number of the last message processed, and of the last that the
  /// server was told of.
  var log: [UInt8] = []
  var processed: UInt64 = 0
  var acknowledged: UInt64 = 0
  /// Its TLS, if that is what the server speaks.
  let filter: (any TransportFilter)?

  /// Connects to the crowd's server.
  ///
  /// - Throws: `UVError`, such as `EMFILE`.
  init(_ crowd: Crowd, place: Int) throws(UVError) {
    self.place = place
    self.crowd = crowd
    filter = crowd.security?.makeFilter()
    try super.init(on: crowd.loop, connectingTo: crowd.address)
    try setNoDelay(true)
  }

  /// Whether messages may be sent.
  var maySend: Bool { isWritable && phase == .open }

  override func didConnect(_ error: UVError?) {
    if let error { return end(.refused, "a connection failed: \(error)") }
    isWritable = true
    if let filter { shakeHands(by: filter) } else { upgrade() }
    do throws(UVError) { try startReading() } catch {
      end(.refused, "a connection failed: \(error)")
    }
  }

  /// Asks for a WebSocket.
  func upgrade() {
    send(
      Upgrade.request(
        id: crowd.senders[place].id,
        host: crowd.address.description,
        subprotocol: crowd.form.dialect.subprotocol
      )
    )
  }

  override func received(_ bytes: inout MutableSpan<UInt8>) {
    crowd.beginRead()
    if let filter { open(bytes.span, by: filter) } else { take(bytes.span) }
    acknowledge()
    crowd.flush()
  }

  /// Takes what the server has said.
  func take(_ bytes: Span<UInt8>) {
    if carried.isEmpty { return consume(bytes) }
    var joined = carried
    carried = []
    joined.reserveCapacity(joined.count + bytes.count)
    for index in 0..<bytes.count { joined.append(bytes[index]) }
    consume(joined.span)
  }

  override func receivedEnd() {
    end(phase == .opening ? .refused : .dropped, "the server ended a connection")
  }

  override func readFailed(_ error: UVError) {
    end(phase == .opening ? .refused : .dropped, "a connection broke: \(error)")
  }

  override func didWrite(_ error: UVError?) {
    // What is wrong shows when it is read.
    guard error == nil, queuedBytes == 0, phase != .ended else { return }
    isWritable = true
    crowd.send(from: self)
  }

  /// Sends bytes after those that wait.
  func send(_ bytes: [UInt8]) {
    send(bytes.span)
  }

  /// The same; what the kernel does not take is copied.
  func send(_ bytes: Span<UInt8>) {
    if let filter { seal(bytes, by: filter) } else { sendWire(bytes) }
  }

  /// Sends bytes as they are.
  func sendWire(_ bytes: Span<UInt8>) {
    do throws(UVError) {
      let taken = try tryWrite(bytes)
      guard taken < bytes.count else { return }
      isWritable = false
      try write(bytes.extracting(taken..<bytes.count).copied[...])
    } catch {
      // What came before the error can still be read, and the error is read after it.
      isWritable = false
    }
  }

  /// The same for two pieces, in one system call and without a copy.
  func send(_ first: [UInt8], _ second: [UInt8]) {
    if let filter { return seal((first + second).span, by: filter) }
    do throws(UVError) {
      let taken = try write(first[...], second[...])
      if taken < first.count + second.count { isWritable = false }
    } catch {
      isWritable = false
    }
  }

  /// Leaves, in one of the ways that a client can.
  func leave(_ way: Leaving) {
    guard phase == .open else { return }
    phase = .leaving
    switch way {
    case .close: send(ClientFrame.encode(.close, [0x03, 0xE8]))
    case .fin: try? shutDown()
    case .rst:
      phase = .ended
      closeWithReset()
      crowd.ended(self)
    }
  }

  /// Ends the connection without a word.
  func abandon() {
    phase = .ended
    close()
  }

  /// Ends the connection; that is a fault unless it has been told to leave.
  func end(_ fault: Fault, _ what: @autoclosure () -> String) {
    guard phase != .ended else { return }
    let before = phase
    phase = .ended
    close()
    if before != .leaving { crowd.faults.add(fault, what()) }
    crowd.ended(self, wasOpening: before == .opening || before == .greeting)
  }
}

/// How a client leaves.
enum Leaving: String, CaseIterable, Sendable {
  /// By a close frame with 1000 (RFC 6455 §7.1.1).
  case close
  /// By the end of its TCP stream, as when its program exits.
  case fin
  /// By a TCP reset, as when its program is killed with bytes unread.
  case rst
}
