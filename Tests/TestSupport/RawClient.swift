public import UV
public import WebSocketProtocol

/// A client of a server on the same loop, which sends what it is told to and notes what comes.
///
/// It reads from the start; `stopReading()` makes a slow reader of it.
open class RawClient: TCPStream {
  /// A frame as it came.
  public struct Frame: Equatable, Sendable {
    /// FIN, the three reserved bits and the opcode.
    public let firstByte: UInt8
    /// What it carries.
    public let payload: [UInt8]

    /// A frame as it is expected.
    public init(firstByte: UInt8, payload: [UInt8]) {
      self.firstByte = firstByte
      self.payload = payload
    }

    /// The payload as text.
    public var text: String { String(decoding: payload, as: UTF8.self) }
    /// What it carries, if the code is a known one.
    public var opcode: Opcode? { Opcode(rawValue: firstByte & 0x0F) }
    /// The code of a close frame; `nil` when it has none.
    public var closeCode: CloseCode? {
      payload.count < 2 ? nil : CloseCode(UInt16(payload[0]) << 8 | UInt16(payload[1]))
    }
  }

  /// The request that opens a WebSocket, with the key of RFC 6455 §1.3.
  public static func upgradeRequest(_ target: String, _ fields: [String] = []) -> String {
    ([
      "GET \(target) HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
      "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ] + fields).map { $0 + "\r\n" }.joined() + "\r\n"
  }

  /// Bytes that have come and are no frames: all of them until an upgrade.
  public private(set) var bytes: [UInt8] = []
  /// Frames that have come whole.
  public private(set) var frames: [Frame] = []
  /// Bytes of a frame that has not come whole.
  public var partialBytes: Int { wire.count - offset }
  /// Whether the connection stands.
  public private(set) var isConnected = false
  /// Whether the server's FIN has come.
  public private(set) var hasEnded = false
  /// What reading or connecting failed with.
  public private(set) var error: UVError?
  /// Whether pings are answered.
  public var answersPings = true

  private var isUpgraded = false
  private var wire: [UInt8] = []
  private var offset = 0

  /// Connects.
  public init(on loop: EventLoop, to address: SocketAddress) throws(UVError) {
    try super.init(on: loop, connectingTo: address)
  }

  /// Starts to read.
  open override func didConnect(_ error: UVError?) {
    self.error = error
    isConnected = error == nil
    // What the tests send in two calls must not wait for an acknowledgement in between.
    try? setNoDelay(true)
    try? startReading()
  }

  /// What has come, as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The text and binary messages that have come.
  public var messages: [Frame] { frames.filter { $0.opcode == .text || $0.opcode == .binary } }

  /// The texts that have come.
  public var texts: [String] { frames.filter { $0.opcode == .text }.map(\.text) }

  /// The close frame, if it has come.
  public var closeFrame: Frame? { frames.first { $0.opcode == .close } }

  /// Whether the connection has ended, in whatever way.
  public var isOver: Bool { hasEnded || error != nil }

  /// Sends text as it is.
  public func send(_ text: String) { send(all: Array(text.utf8)) }

  /// Sends a masked frame.
  public func send(_ opcode: Opcode, _ text: String = "") {
    send(all: WireFrame(opcode, text).bytes)
  }

  /// Sends a close frame.
  public func sendClose(_ code: UInt16, reason: String = "") {
    let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
    send(all: WireFrame(.close, payload).bytes)
  }

  /// Sends bytes, however long the kernel takes for them.
  open func send(all bytes: [UInt8]) {
    do { try write(bytes[...]) } catch { self.error = error }
  }

  /// Notes the bytes.
  open override func received(_ bytes: inout MutableSpan<UInt8>) {
    if isUpgraded {
      wire += bytes.span.copy
      return readFrames()
    }
    self.bytes += bytes.span.copy
    guard self.bytes.starts(with: Array("HTTP/1.1 101".utf8)),
      let end = self.bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
    else { return }
    isUpgraded = true
    wire = Array(self.bytes[end...])
    self.bytes.removeSubrange(end...)
    readFrames()
  }

  private func readFrames() {
    while let (start, count) = nextPayload(), wire.count - start >= count {
      let frame = Frame(firstByte: wire[offset], payload: Array(wire[start..<start + count]))
      offset = start + count
      frames.append(frame)
      if frame.opcode == .ping, answersPings { send(all: WireFrame(.pong, frame.payload).bytes) }
    }
    wire.removeFirst(offset)
    offset = 0
  }

  /// Where the payload of the next frame begins, and its length, which servers do not mask.
  private func nextPayload() -> (start: Int, count: Int)? {
    guard wire.count - offset >= 2 else { return nil }
    let short = Int(wire[offset + 1])
    guard short > 125 else { return (offset + 2, short) }
    let start = offset + (short == 126 ? 4 : 10)
    guard wire.count >= start else { return nil }
    return (start, wire[offset + 2..<start].reduce(0) { $0 << 8 | Int($1) })
  }

  /// Notes the end.
  public override func receivedEnd() { hasEnded = true }

  /// Notes the error.
  public override func readFailed(_ error: UVError) { self.error = error }
}
