import Logging
import Messaging
import Testing
import WebSocketServer

@testable import sotto

@Suite("Options") struct OptionsTests {
  @Test("without flags the defaults stand") func defaults() throws {
    let options = try options([])
    #expect(options.host == "127.0.0.1")
    #expect(options.port == 8000)
    #expect(options.static == nil)
    #expect(options.allowedOrigin == [])
    #expect(options.trustedProxy == [])
    #expect(options.heartbeatInterval == .seconds(10))
    #expect(options.heartbeatTimeout == .seconds(5))
    #expect(options.leaveGrace == .zero)
    #expect(options.duplicateIds == .share)
    #expect(options.maxMessageSize == 16_777_216)
    #expect(!options.compression)
    #expect(options.maxQueue == 16_777_216)
    #expect(options.maxMailbox == 10_000)
    #expect(options.tlsCert == nil && options.tlsKey == nil)
    #expect(options.shutdownTimeout == .seconds(10))
    #expect(options.logLevel == .info)
    #expect(options.logFormat == .text)
  }

  @Test("every flag sets its option") func flags() throws {
    let options = try options([
      "--host", "::", "--port", "0", "--static", "pages",
      "--allowed-origin", "https://a.example", "--allowed-origin", "*",
      "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "::1",
      "--heartbeat-interval", "0.5", "--heartbeat-timeout", "0.3", "--leave-grace", "1.5",
      "--duplicate-ids", "replace", "--max-message-size", "64KiB", "--max-queue", "1MiB",
      "--max-mailbox", "7", "--shutdown-timeout", "3", "--log-level", "debug",
      "--log-format=json", "--compression",
    ])
    #expect(options.host == "::")
    #expect(options.port == 0)
    #expect(options.static == "pages")
    #expect(options.allowedOrigin == ["https://a.example", "*"])
    #expect(options.trustedProxy == ["10.0.0.0/8", "::1"].compactMap(AddressRange.init))
    #expect(options.heartbeatInterval == .milliseconds(500))
    #expect(options.heartbeatTimeout == .milliseconds(300))
    #expect(options.leaveGrace == .milliseconds(1500))
    #expect(options.duplicateIds == .replace)
    #expect(options.maxMessageSize == 65536)
    #expect(options.compression)
    #expect(options.maxQueue == 1_048_576)
    #expect(options.maxMailbox == 7)
    #expect(options.shutdownTimeout == .seconds(3))
    #expect(options.logLevel == .debug)
    #expect(options.logFormat == .json)
  }

  @Test(
    "both ends of each range are allowed",
    arguments: [
      ["--port", "0"], ["--port", "65535"],
      ["--heartbeat-interval", "0"], ["--heartbeat-interval", "86400"],
      ["--heartbeat-timeout", "0.001"], ["--heartbeat-timeout", "86400"],
      ["--leave-grace", "0"], ["--leave-grace", "86400"],
      ["--shutdown-timeout", "0"], ["--shutdown-timeout", "86400"],
      ["--max-message-size", "1"], ["--max-message-size", "1GiB"],
      ["--max-queue", "1"], ["--max-queue", "1024GiB"],
      ["--max-mailbox", "1"], ["--max-mailbox", "1000000000"],
      ["--log-level", "trace"], ["--log-level", "notice"], ["--log-level", "warning"],
      ["--log-level", "error"], ["--duplicate-ids", "reject"], ["--allowed-origin", "null"],
    ]
  )
  func allowed(arguments: [String]) throws {
    _ = try options(arguments)
  }

  @Test("a flag given twice counts as it was given last") func twice() throws {
    #expect(try options(["--port", "1", "--port=2"]).port == 2)
  }

  @Test("compression can be turned on and off, and the last word counts") func compression() throws
  {
    #expect(try options(["--no-compression", "--compression"]).compression)
    #expect(try !options(["--compression", "--no-compression"]).compression)
    guard case .fail = invocation(["--compression=yes"]) else {
      Issue.record("a value was accepted")
      return
    }
  }

  @Test("a certificate needs its key, and a key its certificate", arguments: ["cert", "key"])
  func half(of pair: String) throws {
    guard case .fail(let line) = invocation(["--tls-\(pair)", "x.pem"]) else {
      Issue.record("was accepted")
      return
    }
    #expect(line.contains("belong together"))
    _ = try options(["--tls-cert", "c.pem"], ["SOTTO_TLS_KEY": "k.pem"])
  }

  @Test("a heartbeat needs a timeout") func contradiction() throws {
    guard case .fail(let line) = invocation(["--heartbeat-timeout", "0"]) else {
      Issue.record("was accepted")
      return
    }
    #expect(
      line == """
        sotto: --heartbeat-timeout (SOTTO_HEARTBEAT_TIMEOUT) must be more than 0, so that a client \
        can answer a ping; --heartbeat-interval 0 turns the heartbeat off (see sotto --help)
        """
    )
    _ = try options(["--heartbeat-timeout", "0", "--heartbeat-interval", "0"])
    _ = try options(["--heartbeat-timeout", "0"], ["SOTTO_HEARTBEAT_INTERVAL": "0"])
  }
}

/// What `arguments` and `environment` ask for.
func invocation(_ arguments: [String], _ environment: [String: String] = [:]) -> Invocation {
  Invocation(arguments: arguments) { environment[$0] }
}

/// The options of `arguments` and `environment`, which must be right.
func options(
  _ arguments: [String],
  _ environment: [String: String] = [:],
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> Options {
  let invocation = invocation(arguments, environment)
  var options: Options?
  if case .run(let result) = invocation { options = result }
  return try #require(options, "\(invocation)", sourceLocation: sourceLocation)
}
