public import UV

/// A TCP connection that writes down all that happens to it.
public final class RecordingStream: TCPStream {
  /// All bytes that have come.
  public private(set) var bytes: [UInt8] = []
  /// Whether the peer's FIN has come.
  public private(set) var hasEnded = false
  /// The outcome of connecting, once it is known.
  public private(set) var connection: UVError??
  /// Whether connecting has succeeded.
  public var isConnected: Bool { connection == .some(nil) }
  /// What reading failed with.
  public private(set) var readError: UVError?
  /// The outcome of each `write`, in order.
  public private(set) var writes: [UVError?] = []
  /// How often `didClose` was called.
  public private(set) var closes = 0
  /// Called with each piece before it is noted, and forgotten at the end.
  public var onReceive: ((inout MutableSpan<UInt8>) -> Void)?

  /// A stream whose socket is not connected to anything.
  public static func unconnected(on loop: EventLoop) throws(UVError) -> RecordingStream {
    try RecordingStream(on: loop, socket: TCPSocket.unconnected())
  }

  /// Notes the outcome.
  public override func didConnect(_ error: UVError?) { connection = .some(error) }

  /// Notes the bytes.
  public override func received(_ bytes: inout MutableSpan<UInt8>) {
    onReceive?(&bytes)
    self.bytes += bytes.span.copy
  }

  /// Notes the end.
  public override func receivedEnd() { hasEnded = true }

  /// Notes the error.
  public override func readFailed(_ error: UVError) { readError = error }

  /// Notes the outcome.
  public override func didWrite(_ error: UVError?) { writes.append(error) }

  /// Counts.
  public override func didClose() {
    closes += 1
    onReceive = nil
  }
}

extension TCPStream {
  /// Hands `bytes` to the kernel and says how many it took.
  @discardableResult
  public func send(_ bytes: [UInt8]) throws(UVError) -> Int { try tryWrite(bytes.span) }

  /// The same for two pieces at once.
  @discardableResult
  public func send(_ first: [UInt8], _ second: [UInt8]) throws(UVError) -> Int {
    try tryWrite(first.span, second.span)
  }
}

extension TCPSocket {
  /// A socket that is not connected to anything.
  public static func unconnected() throws(UVError) -> TCPSocket {
    try TCPSocket(for: SocketAddress(host: "127.0.0.1", port: 0))
  }
}

/// Whether anybody else holds the memory of an array; afterwards the caller has memory of its own.
public func isShared(_ bytes: inout [UInt8]) -> Bool {
  // Writing to an array that is shared moves it. The addresses are compared only.
  let before = unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  bytes[0] ^= 1
  let after = unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  bytes[0] ^= 1
  return before != after
}
