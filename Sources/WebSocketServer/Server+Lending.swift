import UV
import WebSocketProtocol

/// Large payloads go from where they were received to the kernel, those of one read to one connection
/// in one system call: when the next one is for somebody else, or when the read has been handled.
extension Server {
  /// Payloads of fewer bytes are copied if there is room: that is cheaper than one more piece for the
  /// kernel to look at.
  static let leastLentBytes = 4 * 1024
  /// One that lies in memory of its own and has as many bytes is not kept waiting: whatever of it the
  /// kernel does not take can then be queued without a copy (see `ReceivedMessage`).
  private static let leastSharedBytes = 512 * 1024

  /// Has a frame sent at the end of the read, without a copy of `payload`.
  ///
  /// - Returns: false, and nothing has happened to the frame, when it has to be sent in another way.
  func lend(
    _ payload: Span<UInt8>,
    behind header: FrameHeader.Encoded,
    _ first: Span<UInt8>,
    to connection: Connection
  ) -> Bool {
    // Only what is being received stays where it is for long enough.
    guard payload.count >= Self.leastLentBytes, isReceiving else { return false }
    let range = loop.readRange(of: payload)
    let array = range == nil ? received.share(payload) : nil
    guard range != nil || array != nil else { return false }
    if borrower != connection.slot || lent.isFull || (array != nil && !lent.array.isEmpty) {
      sendLent()
    }
    guard connection.takesLent else { return false }
    if !connection.outbound.append(header, first, Span()) {
      sendLent()
      connection.writeBlock()
      guard connection.takesLent, connection.outbound.append(header, first, Span()) else {
        return false
      }
    }
    borrower = connection.slot
    if let range {
      lent.append(range, at: connection.outbound.count)
    } else if let array {
      lent.append(array, at: connection.outbound.count)
      if array.count >= Self.leastSharedBytes { sendLent() }
    }
    return true
  }

  /// Sends what has been lent, before anything else goes to that connection.
  func sendLent() {
    let connection = table[borrower]
    let payloads = lent
    forgetLent()
    connection?.writeBlock(lending: payloads)
  }

  /// A connection is closed: what it was lent goes with its block.
  func forgetLent(to connection: Connection) {
    if borrower == connection.slot { forgetLent() }
  }

  private func forgetLent() {
    borrower = .max
    lent = LentPayloads()
  }
}
