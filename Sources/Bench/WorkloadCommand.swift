import ArgumentParser
import UV
import WebSocketProtocol
import WebSocketTLS

/// A subcommand that measures one workload.
protocol WorkloadCommand: ParsableCommand {
  var options: SharedOptions { get }
  /// Runs the workload.
  func measure(_ setting: Setting) throws -> Report
}

extension WorkloadCommand {
  /// Measures and reports; ends with status 1 when anything was wrong.
  func run() throws {
    let descriptors = SystemProcess.prepare()
    do {
      let setting = try options.setting(descriptors: descriptors)
      defer { setting.loop.close() }
      let report = try measure(setting)
      StandardStream.output.write(options.json ? report.json : report.text)
      if let fault = report.firstFault {
        StandardStream.error.write("Bench: \(fault)\n")
        throw ExitCode.failure
      }
    } catch let error as ExitCode {
      throw error
    } catch {
      StandardStream.error.write("Bench: \(error)\n")
      throw ExitCode.failure
    }
  }
}

/// The options of all workloads.
struct SharedOptions: ParsableArguments {
  @Option(help: "The server's numeric address.") var host = "127.0.0.1"
  @Option(help: "The server's port.") var port = 8000
  @Option(help: "The server's process, to say what it uses.") var pid: Int32?
  @Option(help: "Clients; an even number where they come in pairs.") var clients = 100
  @Option(help: "Bytes of a message, \(MessageForm.leastBytes) or more.") var size = 64
  @Flag(help: "Send binary messages instead of text.") var binary = false
  @Option(name: .customLong("protocol"), help: "What the clients speak: plain or v1.")
  var dialect = Dialect.plain
  @Flag(help: "Speak TLS, and believe any certificate.") var tls = false
  @Option(help: "Seconds that are measured.") var seconds = 5.0
  @Option(help: "Seconds before that.") var warmUp = 1.0
  @Option(help: "Seconds that anything owed by the server may take.") var patience = 5.0
  @Flag(help: "Report one JSON object instead of lines.") var json = false

  func validate() throws {
    try require(1...65535 ~= port, "--port must be 1 to 65535")
    try require(1...1_000_000 ~= clients, "--clients must be 1 to 1000000")
    try require(
      MessageForm.leastBytes...(16 << 20) ~= size,
      "--size must be \(MessageForm.leastBytes) to \(16 << 20)"
    )
    try require(
      dialect == .plain || !binary && size <= MessageForm.copiedBytes,
      "--protocol v1 goes with texts of at most \(MessageForm.copiedBytes) bytes"
    )
    for value in [seconds, warmUp, patience] {
      try require(0...86_400 ~= value, "seconds must be 0 to 86400")
    }
  }

  /// What depends on the workload.
  func validate(pairs: Bool, withV1: Bool = false) throws {
    try require(
      withV1 || dialect == .plain,
      "--protocol v1 goes with throughput, fan-in and rate"
    )
    try require(!pairs || clients.isMultiple(of: 2), "--clients must be even: they come in pairs")
  }

  /// Says what is wrong unless `condition` holds.
  func require(_ condition: Bool, _ sentence: String) throws {
    if !condition { throw ValidationError(sentence) }
  }

  /// What the workload starts from.
  ///
  /// - Parameter descriptors: How many the process may have.
  func setting(descriptors: Int) throws -> Setting {
    // Some are the process's own: standard streams, the loop's.
    let room = descriptors - 32
    guard clients <= room else {
      throw BenchError.system(
        "\(clients) clients are more than the descriptor limit allows, \(room)"
      )
    }
    return Setting(
      loop: try EventLoop(),
      address: try SocketAddress(host: host, port: port),
      server: ServerProcess(id: pid),
      clients: clients,
      form: MessageForm(
        kind: binary ? .binary : .text,
        messageBytes: size,
        dialect: dialect
      ),
      seconds: seconds,
      warmUp: warmUp,
      patience: patience,
      security: tls ? try UnverifiedTLSClient() : nil
    )
  }
}
