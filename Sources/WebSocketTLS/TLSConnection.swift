import COpenSSL
import WebSocketProtocol
import WebSocketServer

/// The TLS of one connection (OpenSSL `SSL`).
///
/// It has no buffers between two calls, but for a record of which a part has come (see ``WireBuffer``).
/// Safe because the C object is freed with this one, is used by one call at a time, and sees only
/// memory that is lent for the call.
@safe final class TLSConnection: TransportFilter {
  /// Which end of the connection this is.
  enum Role { case client, server }

  /// What may wait to be sent of the handshake, of answers to new keys, and of alerts.
  private static let mostOutput = 64 * 1024
  /// Bytes of a record's header (RFC 8446 §5.1).
  private static let recordHeader = 5

  let ssl: OpaquePointer
  private let wire: WireBuffer
  private var output: [UInt8] = []
  private(set) var isReady = false
  private var hasFailed = false
  private var hasSealedEnd = false

  init?(_ context: OpaquePointer, _ wire: WireBuffer, role: Role) {
    OpenSSLErrors.clear()
    guard let ssl = unsafe SSL_new(context) else { return nil }
    unsafe self.ssl = ssl
    self.wire = wire
    // One reference for each direction, which SSL_free gives back.
    unsafe BIO_up_ref(wire.bio)
    unsafe BIO_up_ref(wire.bio)
    unsafe SSL_set_bio(ssl, wire.bio, wire.bio)
    switch role {
    case .client: unsafe SSL_set_connect_state(ssl)
    case .server: unsafe SSL_set_accept_state(ssl)
    }
  }

  deinit {
    unsafe SSL_free(ssl)
  }

  // MARK: TransportFilter

  var hasOutput: Bool { !output.isEmpty }

  func takeOutput() -> [UInt8] {
    let taken = output
    output = []
    return taken
  }

  func open(
    _ bytes: Span<UInt8>,
    deliver: (inout MutableSpan<UInt8>) -> Bool
  ) -> TransportState {
    guard !hasFailed else { return .failed("it has failed before") }
    return wire.lending(bytes) { openLent(deliver) }
  }

  /// Opens what has been lent, until nothing is left of it.
  private func openLent(_ deliver: (inout MutableSpan<UInt8>) -> Bool) -> TransportState {
    if !isReady {
      OpenSSLErrors.clear()
      let result = unsafe SSL_do_handshake(ssl)
      let state = state(after: result)
      keepOutput()
      guard result == 1 else { return state }
      isReady = true
    }
    while true {
      var count = 0
      var state = TransportState.open
      var isFull = false
      repeat {
        OpenSSLErrors.clear()
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: wire.plain[count...])
        let result = unsafe SSL_read(ssl, room.baseAddress, Int32(room.count))
        guard result > 0 else {
          state = self.state(after: result)
          break
        }
        count += Int(result)
        isFull = unsafe count == wire.plain.count
      } while !isFull
      // Before anybody is told: they may send to others, whose output it must not get among.
      keepOutput()
      if count > 0 {
        // OpenSSL has written that many bytes, and nobody else does before the call returns.
        let opened = unsafe UnsafeMutableRawBufferPointer(rebasing: wire.plain[..<count])
        var span = unsafe opened.assumingMemoryBound(to: UInt8.self).mutableSpan
        guard deliver(&span) else { return .open }
      }
      if output.count > Self.mostOutput { return fail("it asks for more than it reads") }
      guard isFull else { return state }
    }
  }

  func seal(_ plain: Span<UInt8>, isLast: Bool, _ body: (Span<UInt8>) -> Void) -> Int? {
    guard isReady, !hasFailed, !hasSealedEnd else { return nil }
    var foreign = 0
    if hasOutput {
      foreign = output.count
      let before = takeOutput()
      wire.append(before.span)
    }
    OpenSSLErrors.clear()
    var written = 0
    // OpenSSL reads the bytes during the call; all that it makes of them it leaves in the wire buffer.
    let result = unsafe plain.withUnsafeBytes {
      unsafe SSL_write_ex(ssl, $0.baseAddress, $0.count, &written)
    }
    guard result == 1, written == plain.count else {
      hasFailed = true
      wire.takeOutput { _ in }
      OpenSSLErrors.clear()
      return nil
    }
    // Before the shut-down adds a record of its own.
    foreign += wire.withOutput { Self.keyUpdate(in: $0.extracting(foreign..<$0.count)) }
    if isLast { shutDown() }
    wire.takeOutput(body)
    return foreign
  }

  func sealEnd() -> [UInt8] {
    guard isReady, !hasFailed, !hasSealedEnd else { return [] }
    shutDown()
    keepOutput()
    return takeOutput()
  }

  func plainCount(of count: Int, sealedTo wire: Span<UInt8>, sent: Int) -> Int {
    var records = 0
    var whole = (count: 0, bytes: 0)
    var start = 0
    while let end = Self.endOfRecord(in: wire, at: start) {
      records += 1
      if end <= sent { whole = (records, end) }
      start = end
    }
    guard start == wire.count, records > 0 else { return 0 }
    // Header, number and seal have the same length in all records of a connection.
    let (overhead, rest) = (wire.count - count).quotientAndRemainder(dividingBy: records)
    return rest == 0 ? whole.bytes - whole.count * overhead : 0
  }

  /// Bytes of the answer to a peer that asked for new keys (RFC 8446 §4.6.3), which OpenSSL puts before what
  /// it seals next.
  ///
  /// Of several records only the last is short: a short one before others is this answer.
  private static func keyUpdate(in wire: Span<UInt8>) -> Int {
    guard let end = endOfRecord(in: wire, at: 0), end < wire.count, end < 64 else { return 0 }
    return end
  }

  private static func endOfRecord(in wire: Span<UInt8>, at start: Int) -> Int? {
    guard start + recordHeader <= wire.count else { return nil }
    let end = start + recordHeader + Int(wire[start + 3]) << 8 + Int(wire[start + 4])
    return end <= wire.count ? end : nil
  }

  // MARK: OpenSSL's results

  /// What a call that did not succeed means.
  private func state(after result: Int32) -> TransportState {
    switch unsafe SSL_get_error(ssl, result) {
    case SSL_ERROR_NONE, SSL_ERROR_WANT_READ: return .open
    case SSL_ERROR_ZERO_RETURN: return .ended
    default:
      if OpenSSLErrors.reason == SSL_R_HTTP_REQUEST { output += Self.plainHTTPAnswer }
      return fail(OpenSSLErrors.take() ?? "the connection was cut")
    }
  }

  private func fail(_ why: String) -> TransportState {
    hasFailed = true
    OpenSSLErrors.clear()
    return .failed(why)
  }

  /// To a browser that was sent to `http://` where `https://` is spoken.
  private static let plainHTTPAnswer: [UInt8] = {
    let text = "This port speaks TLS only: use https:// or wss:// here."
    let head = """
      HTTP/1.1 400 Bad Request\r
      Content-Type: text/plain; charset=utf-8\r
      X-Content-Type-Options: nosniff\r
      Connection: close\r
      Content-Length: \(text.utf8.count)\r
      \r

      """
    return Array((head + text).utf8)
  }()

  private func keepOutput() {
    guard wire.count > 0 else { return }
    wire.takeOutput { output.append(copying: $0) }
  }

  private func shutDown() {
    hasSealedEnd = true
    OpenSSLErrors.clear()
    _ = unsafe SSL_shutdown(ssl)
    OpenSSLErrors.clear()
  }
}
