public import Testing
public import UV

/// Two ends of one connection over the loopback device, of which neither reads until told to.
public struct ConnectedPair {
  /// The end that a listener accepted.
  public let server: RecordingStream
  /// The end that connected.
  public let client: RecordingStream
  /// Where the client connected to.
  public let address: SocketAddress

  /// Listens on a free port, connects to it and waits for both ends.
  public init(on loop: EventLoop, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let anyPort = try SocketAddress(host: "127.0.0.1", port: 0)
    var accepted: RecordingStream?
    let listener = try TCPListener(on: loop, address: anyPort) { socket in
      accepted = try? RecordingStream(on: loop, socket: socket)
    }
    address = try #require(listener.localAddress, sourceLocation: sourceLocation)
    let client = try RecordingStream(on: loop, connectingTo: address)
    try loop.run(sourceLocation: sourceLocation) { accepted != nil && client.isConnected }
    listener.close()
    server = try #require(accepted, sourceLocation: sourceLocation)
    self.client = client
  }

  /// Writes so much from the server's end that some stays queued until the client reads.
  ///
  /// - Returns: the bytes written, all of them dots, and in how many calls.
  public func fillQueue() throws -> (bytes: Int, writes: Int) {
    let piece = [UInt8](repeating: 0x2E, count: 4 << 20)
    var writes = 0
    // The kernel may take more later, by letting its send buffer grow to 4 MiB (net.ipv4.tcp_wmem).
    while server.queuedBytes < 8 << 20 {
      try server.write(piece[...])
      writes += 1
    }
    return (writes * piece.count, writes)
  }
}
