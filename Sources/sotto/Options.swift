import ArgumentParser
import Logging
import Messaging
import WebSocketServer

/// The flags of the daemon, each declared once.
///
/// A property's name is its flag's: `maxQueue` is `--max-queue` and `SOTTO_MAX_QUEUE`. Adding a
/// flag is adding a property. (Each capital begins a word of the flag, hence `duplicateIds`.)
struct Options: ParsableCommand, Sendable {
  @Option("Address to bind; 0.0.0.0 for all of IPv4, :: for all of IPv6 and IPv4.", as: .address)
  var host = "127.0.0.1"

  @Option("TCP port; 0 takes a free one.", as: .number(0...65535))
  var port = 8000

  @Option(
    """
    Folder served below /static/; / answers its index.html. (default: static in the current \
    folder, else ../share/sotto/static from the binary)
    """,
    as: .folder
  )
  var `static`: String?

  @Option(
    """
    Web origin whose pages may connect, instead of those of this very host; * for any. May be \
    repeated.
    """,
    as: .origin
  )
  var allowedOrigin: [String] = []

  @Option(
    """
    Proxies whose X-Forwarded-For, -Host and -Proto are believed, as an address or a range. May be \
    repeated.
    """,
    as: .addressRange
  )
  var trustedProxy: [AddressRange] = []

  @Option(
    "A connection silent for that long is pinged, such as 0.2; 0 turns the heartbeat off.",
    as: .seconds(upTo: 86_400)
  )
  var heartbeatInterval: Duration = .seconds(10)

  @Option(
    "One that stays silent for that long after the ping is dead.",
    as: .seconds(upTo: 86_400)
  )
  var heartbeatTimeout: Duration = .seconds(5)

  @Option(
    "Wait that long for a client to come back before its peers are told that it left.",
    as: .seconds(upTo: 86_400)
  )
  var leaveGrace: Duration = .zero

  @Option(
    """
    The same client id twice: all its connections get every message (share), the newer one takes \
    over (replace), or the newer one is refused (reject).
    """,
    as: .oneOf(ConnectionManager.DuplicateIDs.allCases)
  )
  var duplicateIds = ConnectionManager.DuplicateIDs.share

  // A message is held in memory as a whole; 1 GiB is beyond what a browser can handle in one piece.
  @Option("A larger message closes its connection, such as 64KiB.", as: .bytes(upTo: 1 << 30))
  var maxMessageSize = 16 << 20

  @Flag(
    inversion: .prefixedNo,
    help: """
      Compress messages for clients that ask for it (permessage-deflate): less traffic for more \
      memory and time.
      """
  )
  var compression = false

  @Option(
    "Unsent bytes that a slow reader may pile up before it is disconnected.",
    as: .bytes(upTo: 1 << 40)
  )
  var maxQueue = 16 << 20

  @Option("Messages that may wait for one client.", as: .number(1...1_000_000_000))
  var maxMailbox = 10_000

  @Option(
    """
    Folder where messages are kept; it is made if need be, and belongs to one server at a time. \
    none keeps them in memory only.
    """,
    as: .folder
  )
  var data = "sotto-data"

  @Option(
    """
    All that is kept; past it the oldest history goes, and then nothing more is taken. (default: \
    8GiB; with --data none a quarter of --max-memory)
    """,
    as: .bytes(upTo: 1 << 50)
  )
  var maxData: Int?

  @Option(
    "How long messages are kept, and known when they are sent again, such as 12h.",
    as: .timeSpan(upToDays: 36_500)
  )
  var retain: Duration = .seconds(7 * 86_400)

  @Option(
    """
    Memory for the unsent output and the partial messages of all connections; past it those that \
    hold most are closed. (default: half of the machine's)
    """,
    as: .bytes(upTo: 1 << 50)
  )
  var maxMemory: Int?

  @Option(
    """
    TCP connections at a time, one more is answered 503; 0 takes as many as the descriptor limit \
    allows.
    """,
    as: .number(0...1_000_000_000)
  )
  var maxConnections = 0

  @Option(
    "TCP connections from one address, one more is answered 429; 0 is no limit.",
    as: .number(0...1_000_000_000)
  )
  var maxConnectionsPerAddress = 0

  @Option(
    "Messages a second for one connection, with a burst of one second; 0 is no limit.",
    as: .number(0...1_000_000)
  )
  var rateLimit = 0

  @Option(
    """
    How long a client may take to send a request. After a response, a connection may be idle six \
    times as long.
    """,
    as: .seconds(upTo: 3_600)
  )
  var handshakeTimeout: Duration = .seconds(10)

  @Option(
    """
    Who may connect: anybody as any client (none), or clients with a JSON Web Token for their id \
    (jwt).
    """,
    as: .oneOf(AuthMode.allCases)
  )
  var auth = AuthMode.none

  @OptionGroup var keys: KeyOptions

  @Option(
    """
    Certificate for https and wss (PEM): the server's own first, then those that lead to the \
    root. Read again on SIGHUP.
    """,
    as: .file
  )
  var tlsCert: String?

  @Option("The certificate's private key (PEM, without a passphrase).", as: .file)
  var tlsKey: String?

  @Option(
    "File with the token of the operators' API, which is there only with one.",
    as: .file
  )
  var adminTokenFile: String?

  @Option("The token itself, for trying: other users see it among the processes.", as: .token)
  var adminToken: String?

  @Option(
    "How long SIGTERM or SIGINT lets connections drain.",
    as: .seconds(upTo: 86_400)
  )
  var shutdownTimeout: Duration = .seconds(10)

  @Option(
    "The least important events that are logged.",
    as: .oneOf([.trace, .debug, .info, .notice, .warning, .error])
  )
  var logLevel = Logger.Level.info

  @Option("How events are written to standard error.", as: .oneOf(LogFormat.allCases))
  var logFormat = LogFormat.text

  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "sotto",
    abstract: "A server for private messages over WebSocket.",
    usage: """
      sotto [options]
      sotto token --id <id> [options]
      """,
    discussion: """
      Each flag has an environment variable: SOTTO_MAX_QUEUE=1MiB is --max-queue 1MiB, and \
      SOTTO_TRUSTED_PROXY=10.0.0.0/8,::1 is --trusted-proxy twice. A flag wins over its variable.

      sotto token prints a token for trying a server with --auth jwt: see sotto token --help.
      """,
    version: "sotto \(version)"
  )

  /// What is wrong with the flags taken together.
  var contradiction: String? {
    if handshakeTimeout == .zero {
      return "--handshake-timeout (SOTTO_HANDSHAKE_TIMEOUT) must be more than 0"
    }
    if heartbeatInterval > .zero, heartbeatTimeout == .zero {
      return """
        --heartbeat-timeout (SOTTO_HEARTBEAT_TIMEOUT) must be more than 0, so that a client can \
        answer a ping; --heartbeat-interval 0 turns the heartbeat off
        """
    }
    if (tlsCert == nil) != (tlsKey == nil) {
      return """
        --tls-cert (SOTTO_TLS_CERT) and --tls-key (SOTTO_TLS_KEY) belong together: give both, or \
        neither
        """
    }
    return contradictionOfSecrets ?? keys.contradiction(auth)
  }
}
