import Messaging
import UV
import WebSocketProtocol
import WebSocketServer

/// What the parts of the server are told.
extension Options {
  var server: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.host = host
    configuration.port = port
    configuration.limits.messageBytes = maxMessageSize
    configuration.compression = compression
    configuration.queueBytes = maxQueue
    configuration.heartbeatInterval = heartbeatInterval
    configuration.heartbeatTimeout = heartbeatTimeout
    configuration.memoryBytes = memoryBytes
    configuration.connections = maxConnections
    configuration.connectionsPerAddress = maxConnectionsPerAddress
    configuration.handshakeTimeout = handshakeTimeout
    configuration.origins = OriginPolicy(allowed: allowedOrigin)
    configuration.trustedProxies = trustedProxy
    return configuration
  }

  private var memoryBytes: Int { maxMemory ?? Int(clamping: SystemInfo.memoryBytes / 2) }

  var messaging: ConnectionManager.Settings {
    var settings = ConnectionManager.Settings()
    settings.duplicateIDs = duplicateIds
    settings.leaveGrace = leaveGrace.wholeMilliseconds
    settings.rateLimit = rateLimit
    settings.feedBytes = min(settings.feedBytes, maxQueue)
    settings.limits = storeLimits
    settings.server = "sotto/\(Self.version)"
    return settings
  }

  /// Whether messages are kept in memory only.
  var keepsInMemory: Bool { data == "none" }

  /// What may be kept; in memory at most a quarter of what connections may take.
  var storeLimits: StoreLimits {
    StoreLimits(
      messages: maxMailbox,
      totalBytes: maxData ?? (keepsInMemory ? memoryBytes / 4 : 8 << 30),
      retain: retain.wholeMilliseconds
    )
  }
}
