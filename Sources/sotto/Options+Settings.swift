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
    configuration.origins = OriginPolicy(allowed: allowedOrigin)
    configuration.trustedProxies = trustedProxy
    return configuration
  }

  var messaging: ConnectionManager.Settings {
    var settings = ConnectionManager.Settings()
    settings.duplicateIDs = duplicateIds
    settings.leaveGrace = leaveGrace.wholeMilliseconds
    settings.feedBytes = min(settings.feedBytes, maxQueue)
    return settings
  }

  /// In all, kept messages take at most an eighth of the memory: a quarter of the half that is ours.
  var mailbox: MemoryMailbox.Limits {
    MemoryMailbox.Limits(
      messages: maxMailbox,
      totalBytes: Int(clamping: SystemInfo.memoryBytes / 8)
    )
  }
}
