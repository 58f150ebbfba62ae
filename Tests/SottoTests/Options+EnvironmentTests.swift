import Logging
import Messaging
import Testing
import WebSocketServer

@testable import sotto

@Suite("Options from the environment") struct OptionsEnvironmentTests {
  @Test("each flag of the help has its variable") func names() {
    let expected = [
      "SOTTO_HOST", "SOTTO_PORT", "SOTTO_STATIC", "SOTTO_ALLOWED_ORIGIN", "SOTTO_TRUSTED_PROXY",
      "SOTTO_HEARTBEAT_INTERVAL", "SOTTO_HEARTBEAT_TIMEOUT", "SOTTO_LEAVE_GRACE",
      "SOTTO_DUPLICATE_IDS", "SOTTO_MAX_MESSAGE_SIZE", "SOTTO_COMPRESSION", "SOTTO_MAX_QUEUE",
      "SOTTO_MAX_MAILBOX", "SOTTO_DATA", "SOTTO_MAX_DATA", "SOTTO_RETAIN", "SOTTO_MAX_MEMORY",
      "SOTTO_MAX_CONNECTIONS",
      "SOTTO_MAX_CONNECTIONS_PER_ADDRESS", "SOTTO_RATE_LIMIT", "SOTTO_HANDSHAKE_TIMEOUT",
      "SOTTO_AUTH", "SOTTO_JWT_SECRET_FILE", "SOTTO_JWT_PUBLIC_KEY", "SOTTO_JWT_SECRET",
      "SOTTO_JWT_ISSUER", "SOTTO_JWT_AUDIENCE",
      "SOTTO_TLS_CERT", "SOTTO_TLS_KEY", "SOTTO_ADMIN_TOKEN_FILE", "SOTTO_ADMIN_TOKEN",
      "SOTTO_SHUTDOWN_TIMEOUT", "SOTTO_LOG_LEVEL",
      "SOTTO_LOG_FORMAT",
    ]
    #expect(Options.variables.map(\.name) == expected)
    guard case .print(let help) = invocation(["--help"]) else {
      Issue.record("no help")
      return
    }
    for variable in Options.variables {
      let sign = variable.form == .choice ? "  \(variable.flag)/--no-" : "  \(variable.flag) <"
      #expect(help.contains(sign))
    }
  }

  @Test("every variable sets its option") func variables() throws {
    let options = try options(
      [],
      [
        "SOTTO_HOST": "::1", "SOTTO_PORT": "9000", "SOTTO_STATIC": "a,b --port",
        "SOTTO_ALLOWED_ORIGIN": "https://a.example, http://b.example:81,",
        "SOTTO_TRUSTED_PROXY": "10.0.0.0/8,fd00::/8", "SOTTO_HEARTBEAT_INTERVAL": "1",
        "SOTTO_HEARTBEAT_TIMEOUT": "2", "SOTTO_LEAVE_GRACE": "3", "SOTTO_DUPLICATE_IDS": "reject",
        "SOTTO_MAX_MESSAGE_SIZE": "1KiB", "SOTTO_MAX_QUEUE": "2KiB", "SOTTO_MAX_MAILBOX": "3",
        "SOTTO_MAX_MEMORY": "3KiB", "SOTTO_MAX_CONNECTIONS": "5",
        "SOTTO_MAX_CONNECTIONS_PER_ADDRESS": "6", "SOTTO_RATE_LIMIT": "7",
        "SOTTO_HANDSHAKE_TIMEOUT": "8",
        "SOTTO_AUTH": "jwt", "SOTTO_JWT_SECRET_FILE": "a,b", "SOTTO_JWT_PUBLIC_KEY": "c",
        "SOTTO_JWT_SECRET": "a secret, of more than thirty-two bytes", "SOTTO_JWT_ISSUER": "i,j",
        "SOTTO_JWT_AUDIENCE": "a",
        "SOTTO_TLS_CERT": "c.pem", "SOTTO_TLS_KEY": "k.pem",
        "SOTTO_SHUTDOWN_TIMEOUT": "4", "SOTTO_COMPRESSION": "true", "SOTTO_LOG_LEVEL": "error",
        "SOTTO_LOG_FORMAT": "json",
      ]
    )
    #expect(options.host == "::1")
    #expect(options.port == 9000)
    #expect(options.static == "a,b --port")
    #expect(options.allowedOrigin == ["https://a.example", "http://b.example:81"])
    #expect(options.trustedProxy == ["10.0.0.0/8", "fd00::/8"].compactMap(AddressRange.init))
    #expect(options.heartbeatInterval == .seconds(1))
    #expect(options.heartbeatTimeout == .seconds(2))
    #expect(options.leaveGrace == .seconds(3))
    #expect(options.duplicateIds == .reject)
    #expect(options.maxMessageSize == 1024)
    #expect(options.maxMemory == 3072 && options.maxConnections == 5)
    #expect(options.maxConnectionsPerAddress == 6 && options.rateLimit == 7)
    #expect(options.handshakeTimeout == .seconds(8))
    #expect(options.auth == .jwt && options.keys.jwtSecretFile == ["a", "b"])
    #expect(options.keys.jwtPublicKey == ["c"])
    #expect(options.keys.jwtSecret == "a secret, of more than thirty-two bytes")
    #expect(options.keys.jwtIssuer == "i,j" && options.keys.jwtAudience == "a")
    #expect(options.tlsCert == "c.pem" && options.tlsKey == "k.pem")
    #expect(options.compression)
    #expect(options.maxQueue == 2048)
    #expect(options.maxMailbox == 3)
    #expect(options.shutdownTimeout == .seconds(4))
    #expect(options.logLevel == .error)
    #expect(options.logFormat == .json)
  }

  @Test("a flag wins over its variable", arguments: [["--port", "1"], ["--port=1"]])
  func flagWins(arguments: [String]) throws {
    #expect(try options(arguments, ["SOTTO_PORT": "2"]).port == 1)
    // A variable that does not count cannot be wrong either.
    #expect(try options(arguments, ["SOTTO_PORT": "x"]).port == 1)
  }

  @Test(
    "a choice is true or false",
    arguments: [
      ("true", true), ("1", true), ("yes", true), ("On", true), ("false", false), ("0", false),
      ("no", false), ("OFF", false), ("", false),
    ]
  )
  func choice(value: String, result: Bool) throws {
    let environment = ["SOTTO_COMPRESSION": value]
    #expect(try options([], environment).compression == result)
    #expect(try options(["--compression"], environment).compression)
    #expect(try !options(["--no-compression"], environment).compression)
  }

  @Test("a choice that is none is said in one line") func wrongChoice() throws {
    guard case .fail(let line) = invocation([], ["SOTTO_COMPRESSION": "maybe"]) else {
      Issue.record("was accepted")
      return
    }
    #expect(
      line == """
        sotto: SOTTO_COMPRESSION: The value 'maybe' is invalid: allowed: true, false \
        (see sotto --help)
        """
    )
    // A variable that does not count cannot be wrong either.
    #expect(try !options(["--no-compression"], ["SOTTO_COMPRESSION": "maybe"]).compression)
  }

  @Test("a list of flags replaces the variable's list") func listWins() throws {
    let options = try options(
      ["--allowed-origin", "http://flag.example"],
      ["SOTTO_ALLOWED_ORIGIN": "http://a.example,http://b.example"]
    )
    #expect(options.allowedOrigin == ["http://flag.example"])
  }

  @Test("an empty variable counts as not set") func empty() throws {
    let empty = Dictionary(uniqueKeysWithValues: Options.variables.map { ($0.name, "") })
    #expect(try options([], empty).port == 8000)
    #expect(try options([], ["SOTTO_TRUSTED_PROXY": " , ,"]).trustedProxy == [])
  }

  @Test("other variables are ignored") func unknown() throws {
    _ = try options([], ["SOTTO_COLOUR": "red", "PORT": "x", "sotto_port": "x"])
  }
}
