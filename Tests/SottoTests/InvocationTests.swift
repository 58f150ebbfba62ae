import Messaging
import Testing

@testable import sotto

@Suite("Invocation") struct InvocationTests {
  @Test(
    "a wrong flag or value is one line that says what is allowed",
    arguments: [
      (
        ["--port", "65536"],
        "The value '65536' is invalid for '--port <n>': allowed: a whole number from 0 to 65535"
      ),
      (
        ["--port", "-1"],
        "The value '-1' is invalid for '--port <n>': allowed: a whole number from 0 to 65535"
      ),
      (
        ["--max-mailbox", "0"],
        """
        The value '0' is invalid for '--max-mailbox <n>': allowed: a whole number from 1 to \
        1000000000
        """
      ),
      (
        ["--max-queue", "64k"],
        """
        The value '64k' is invalid for '--max-queue <bytes>': allowed: 1 to 1024GiB, as bytes or \
        with KiB, MiB or GiB (64KiB)
        """
      ),
      (
        ["--max-message-size", "2GiB"],
        """
        The value '2GiB' is invalid for '--max-message-size <bytes>': allowed: 1 to 1GiB, as bytes \
        or with KiB, MiB or GiB (64KiB)
        """
      ),
      (
        ["--duplicate-ids", "drop"],
        """
        The value 'drop' is invalid for '--duplicate-ids <share|replace|reject>': allowed: share, \
        replace, reject
        """
      ),
      (
        ["--log-level", "critical"],
        """
        The value 'critical' is invalid for '--log-level <trace|debug|info|notice|warning|error>': \
        allowed: trace, debug, info, notice, warning, error
        """
      ),
      (
        ["--log-format", "xml"],
        "The value 'xml' is invalid for '--log-format <text|json>': allowed: text, json"
      ),
      (
        ["--host", "example.com"],
        """
        The value 'example.com' is invalid for '--host <address>': allowed: an IPv4 or IPv6 \
        address, such as 127.0.0.1, 0.0.0.0, ::1 or ::, or localhost
        """
      ),
      (
        ["--trusted-proxy", "10.0.0.0/33"],
        """
        The value '10.0.0.0/33' is invalid for '--trusted-proxy <cidr>': allowed: an address or a \
        range in CIDR notation, such as 10.0.0.0/8 or fd00::/8
        """
      ),
      (
        ["--allowed-origin", "chat.example"],
        """
        The value 'chat.example' is invalid for '--allowed-origin <origin>': allowed: \
        scheme://host[:port] without a path, such as https://chat.example, or * or null
        """
      ),
      (
        ["--static", ""],
        """
        The value '' is invalid for '--static <dir>': allowed: the path of a folder (./-name when \
        it begins with a hyphen)
        """
      ),
      (["--port"], "Missing value for '--port <n>'"),
      (["--prot", "1"], "Unknown option '--prot'. Did you mean '--port'?"),
      (["--tls-certificate-folder", "x"], "Unknown option '--tls-certificate-folder'"),
      (["-p", "1"], "Unknown option '-p'"),
      (["8000"], "Unexpected argument '8000'"),
      (["a", "b"], "2 unexpected arguments: 'a', 'b'"),
      (["--", "--port"], "Unexpected argument '--port'"),
    ]
  )
  func wrong(arguments: [String], message: String) {
    expect(arguments, failsWith: message)
  }

  @Test(
    "seconds are refused by every flag that takes them",
    arguments: [
      "--heartbeat-interval", "--heartbeat-timeout", "--leave-grace", "--shutdown-timeout",
    ],
    ["-1", "86400.001", "nan", "inf", "1e99", "ten", ""]
  )
  func seconds(flag: String, value: String) {
    expect(
      [flag, value],
      failsWith: """
        The value '\(value)' is invalid for '\(flag) <seconds>': allowed: seconds from 0 to 86400 \
        with at most three decimals, such as 0.2
        """
    )
  }

  @Test("an error in a variable names the variable, and in a list the item") func variable() {
    expect(
      ["--host", "::"],
      ["SOTTO_PORT": "http"],
      failsWith: """
        SOTTO_PORT: The value 'http' is invalid for '--port <n>': allowed: a whole number from 0 \
        to 65535
        """
    )
    expect(
      [],
      ["SOTTO_TRUSTED_PROXY": "::1,x"],
      failsWith: """
        SOTTO_TRUSTED_PROXY: The value 'x' is invalid for '--trusted-proxy <cidr>': allowed: an \
        address or a range in CIDR notation, such as 10.0.0.0/8 or fd00::/8
        """
    )
  }

  @Test("a value cannot add lines or command the terminal") func control() {
    expect(
      ["--log-format", "a\n  b\u{1b}[2J"],
      failsWith: """
        The value 'a b\\u001b[2J' is invalid for '--log-format <text|json>': allowed: text, json
        """
    )
    expect(["a\r\nb\u{2028}c"], failsWith: "Unexpected argument 'a b c'")
  }

  @Test("no argument is taken for help, version or a flag's value by accident") func flagAsValue() {
    expect(
      ["--port", "--help"],
      failsWith: """
        The value '--help' is invalid for '--port <n>': allowed: a whole number from 0 to 65535
        """
    )
  }

  @Test("the version is printed", arguments: [["--version"], ["--port", "1", "--version"]])
  func version(arguments: [String]) {
    guard case .print(let text) = invocation(arguments) else {
      Issue.record("nothing is printed")
      return
    }
    #expect(text == "sotto 0.1.0")
  }

  @Test("help tells the flags and defaults, however broken the environment is") func help() {
    for flag in ["--help", "-h"] {
      guard case .print(let text) = invocation([flag], ["SOTTO_PORT": "x"]) else {
        Issue.record("nothing is printed")
        return
      }
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("--port <n> TCP port; 0 takes a free one. (default: 8000)"))
      #expect(words.contains("(default: 16MiB)"))
      #expect(words.contains("<share|replace|reject>"))
      #expect(words.contains("SOTTO_MAX_QUEUE=1MiB"))
    }
  }

  @Test("the subcommand has a help of its own, and its errors name that") func token() throws {
    let secret = "a secret of more than thirty-two bytes"
    guard case .print(let help) = invocation(["token", "--help"]) else {
      Issue.record("nothing is printed")
      return
    }
    #expect(help.contains("--expires <duration>") && !help.contains("--port"))
    guard case .fail(let line) = invocation(["token", "--port", "1"]) else {
      Issue.record("was accepted")
      return
    }
    #expect(line.hasSuffix(" (see sotto token --help)"))
    guard
      case .token(let command) = invocation(
        ["token", "--id", "1001"],
        ["SOTTO_JWT_SECRET": secret, "SOTTO_PORT": "x"]
      )
    else {
      Issue.record("was not accepted")
      return
    }
    #expect(command.id.description == "1001" && command.keys.jwtSecret == secret)
  }

  private func expect(
    _ arguments: [String],
    _ environment: [String: String] = [:],
    failsWith message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .fail(let line) = invocation(arguments, environment) else {
      Issue.record("was accepted", sourceLocation: sourceLocation)
      return
    }
    #expect(line == "sotto: \(message) (see sotto --help)", sourceLocation: sourceLocation)
  }
}
