/// The first message to a client of `sotto.v1`.
public struct Welcome: Sendable {
  /// The client's id.
  public var client: ClientID
  /// The server's name and version, such as `sotto/1.0.0`.
  public var server: String
  /// Names the store: a client that remembers another one forgets its `seq`.
  public var log: String
  /// After that silence a connection is pinged, ms; 0 if never.
  public var heartbeatInterval: UInt64
  /// After that silence more it is dead, ms.
  public var heartbeatTimeout: UInt64
  /// How long it takes at most until a client's peers know that it left, ms; `nil` without heartbeat.
  public var leaveWithin: UInt64?
  /// The largest message, in bytes.
  public var messageBytes: UInt64
  /// Messages a second; 0 for no limit.
  public var rate: UInt64
  /// How long an `id` is known, ms.
  public var dedup: UInt64
  /// Messages that follow.
  public var pending: UInt64

  /// Puts one together: see the properties.
  public init(
    client: ClientID,
    server: String,
    log: String,
    heartbeatInterval: UInt64,
    heartbeatTimeout: UInt64,
    leaveWithin: UInt64?,
    messageBytes: UInt64,
    rate: UInt64,
    dedup: UInt64,
    pending: UInt64
  ) {
    self.client = client
    self.server = server
    self.log = log
    self.heartbeatInterval = heartbeatInterval
    self.heartbeatTimeout = heartbeatTimeout
    self.leaveWithin = leaveWithin
    self.messageBytes = messageBytes
    self.rate = rate
    self.dedup = dedup
    self.pending = pending
  }
}

extension ReplyBuffer {
  /// Writes a `welcome`.
  public func welcome(_ welcome: Welcome) {
    clear()
    append("{\"type\":\"welcome\",\"client\":")
    appendString(welcome.client.bytes)
    append(",\"server\":")
    appendString(welcome.server)
    append(",\"log\":")
    appendString(welcome.log)
    append(",\"heartbeat\":{\"interval\":")
    append(decimal: welcome.heartbeatInterval)
    append(",\"timeout\":")
    append(decimal: welcome.heartbeatTimeout)
    append("},\"leave_within\":")
    if let leaveWithin = welcome.leaveWithin {
      append(decimal: leaveWithin)
    } else {
      append("null")
    }
    append(",\"limits\":{\"message\":")
    append(decimal: welcome.messageBytes)
    append(",\"rate\":")
    append(decimal: welcome.rate)
    append(",\"dedup\":")
    append(decimal: welcome.dedup)
    append("},\"pending\":")
    append(decimal: welcome.pending)
    append("}")
  }
}
