import TestSupport
import WebSocketProtocol
import WebSocketServer

/// Notes all that it is told, and that no call comes within another or after the last one.
final class RecordingHandler: WebSocketHandler {
  /// The end of a socket.
  struct Closure {
    let socket: WebSocket
    let end: WebSocketEnd
    let unsent: [UnsentMessage]
  }

  /// Sockets in the order in which they were opened.
  private(set) var opened: [WebSocket] = []
  private(set) var texts: [String] = []
  private(set) var binaries: [[UInt8]] = []
  private(set) var drains: [WebSocket] = []
  private(set) var closures: [Closure] = []
  private(set) var requests: [UpgradeRequest] = []
  /// How often a rule for the calls was broken.
  private(set) var faults: [String] = []

  var admission: ((UpgradeRequest) -> Admission)?
  var onOpen: ((WebSocket, Server) -> Void)?
  var onText: ((String, WebSocket, Server) -> Void)?
  var onBinary: (([UInt8], WebSocket, Server) -> Void)?
  var onClose: ((WebSocket, Server) -> Void)?

  /// Does nothing of its own any more.
  func forgetReactions() {
    (admission, onOpen, onText, onBinary, onClose) = (nil, nil, nil, nil, nil)
  }

  private var tags: [WebSocket: UInt32] = [:]
  private var isInCall = false

  /// The end of a socket, if it has been told.
  func closure(of socket: WebSocket) -> Closure? { closures.first { $0.socket == socket } }

  private func call(_ name: String, _ body: () -> Void) {
    if isInCall { faults.append("\(name) within another call") }
    isInCall = true
    body()
    isInCall = false
  }

  private func check(_ name: String, _ socket: WebSocket, _ tag: UInt32) {
    if tags[socket] != tag { faults.append("\(name) with tag \(tag) for \(socket)") }
    if closure(of: socket) != nil { faults.append("\(name) after closed for \(socket)") }
  }

  func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
    requests.append(request)
    if let admission { return admission(request) }
    return .accept { [unowned server] socket in
      var tag: UInt32 = 0
      self.call("opened") {
        self.opened.append(socket)
        tag = UInt32(self.opened.count) + 1000
        self.tags[socket] = tag
        self.onOpen?(socket, server)
      }
      return tag
    }
  }

  func received(
    _ payload: Span<UInt8>,
    _ kind: MessageKind,
    from socket: WebSocket,
    tag: UInt32,
    on server: Server
  ) {
    let bytes = payload.copy
    call("received") {
      check("received", socket, tag)
      switch kind {
      case .text:
        let text = String(decoding: bytes, as: UTF8.self)
        texts.append(text)
        onText?(text, socket, server)
      case .binary:
        binaries.append(bytes)
        onBinary?(bytes, socket, server)
      }
    }
  }

  func drained(_ socket: WebSocket, tag: UInt32, on server: Server) {
    call("drained") {
      check("drained", socket, tag)
      drains.append(socket)
    }
  }

  func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  ) {
    call("closed") {
      check("closed", socket, tag)
      closures.append(Closure(socket: socket, end: end, unsent: unsent))
      onClose?(socket, server)
    }
  }
}

extension UnsentMessage {
  /// All of it.
  var payload: [UInt8] { Array(first + second) }
}
