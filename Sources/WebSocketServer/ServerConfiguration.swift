import UV
public import WebSocketProtocol

/// What can be set of a ``Server``; the defaults suit a server behind a page on the internet.
///
/// Times count in whole milliseconds, rounded up, and those of more than a day count as one.
public struct ServerConfiguration: Sendable {
  /// The numeric address to bind, or a host name.
  public var host = "127.0.0.1"
  /// 0 to 65535; 0 takes a free port.
  public var port = 8000
  /// Bounds on WebSocket messages.
  public var limits = Limits()
  /// Bounds on HTTP requests.
  public var httpLimits = HTTPLimits()
  /// Whether clients that offer `permessage-deflate` get it (RFC 7692).
  ///
  /// A connection that talks then takes up to 77 KiB more, and each message some microseconds.
  public var compression = false
  /// Unsent bytes that may pile up for one connection, judged before a message is added.
  public var queueBytes = 16 << 20
  /// Bytes that the output and the partial messages of all connections may take; past it those that
  /// hold most are closed.
  public var memoryBytes = Int(clamping: SystemInfo.memoryBytes / 2)
  /// TCP connections at a time, one more is answered 503; 0: as many as there are descriptors.
  public var connections = 0
  /// TCP connections from one address, one more is answered 429; 0 is no limit.
  ///
  /// IPv6 addresses that share their first 64 bits count as one. Of a trusted proxy's connections
  /// only the WebSockets are counted, by the address that it names.
  public var connectionsPerAddress = 0
  /// A connection silent for that long is pinged; zero turns the heartbeat off.
  public var heartbeatInterval = Duration.seconds(10)
  /// One that stays silent for that long after the ping is dead.
  public var heartbeatTimeout = Duration.seconds(5)
  /// How long a client may take to send a request; a connection idle after a response has six times as long.
  public var handshakeTimeout = Duration.seconds(10)
  /// How long a peer may take to answer a close frame.
  public var closeTimeout = Duration.seconds(5)
  /// Which pages may open WebSockets here.
  public var origins = OriginPolicy()
  /// Proxies whose `X-Forwarded-…` fields are believed.
  public var trustedProxies: [AddressRange] = []

  /// The defaults.
  public init() {}
}

extension Duration {
  /// The clock of deadlines wraps around: spans must stay far below the 24 days that it can tell apart.
  var deadlineMilliseconds: UInt32 {
    UInt32(min(wholeMilliseconds, 24 * 60 * 60 * 1000))
  }
}
