extension ConnectionManager {
  /// What can be set.
  public struct Settings: Sendable {
    /// See ``DuplicateIDs``.
    public var duplicateIDs = DuplicateIDs.share
    /// How long a client may be away before its peers are told that it left, ms.
    public var leaveGrace: UInt64 = 0
    /// Bytes of kept messages that are handed over ahead of a client's reading; no more than what may
    /// pile up for it, so that they never make it a slow reader.
    public var feedBytes = 256 * 1024
    /// Messages a second for one connection, 1 to 1,000,000; 0 is no limit.
    public var rateLimit = 0
    /// The bounds that the store keeps.
    public var limits = StoreLimits()
    /// The server's name and version, as `welcome` has it.
    public var server = "sotto"

    /// The defaults.
    public init() {}
  }

  /// What clients are told of the server that their connections go to.
  public struct Link: Equatable, Sendable {
    /// After that silence a connection is pinged, ms; 0 if never.
    public var heartbeatInterval: UInt64 = 0
    /// After that silence more it is dead, ms.
    public var heartbeatTimeout: UInt64 = 0
    /// How long it takes at most until a silent client is known to be gone, ms; `nil` without heartbeat.
    public var silenceBound: UInt64?
    /// How long after something was sent it is certain that the client has read it or is dead, ms.
    ///
    /// It has answered a ping by then; a minute without heartbeat.
    var proofTime: UInt64 { silenceBound ?? 60_000 }
    /// The largest message that is taken, in bytes.
    public var messageBytes = 16 << 20

    /// Without a heartbeat.
    public init() {}
  }
}
