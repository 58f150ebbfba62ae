import Glibc
import Logging
import Messaging
import MessagingService
import Tokens
import UV
import WebSocketProtocol
import WebSocketServer
import WebSocketTLS

/// The parts of the server, put together as the options say.
final class Daemon {
  private let options: Options
  private let log: StandardErrorLog
  private let logger: Logger
  private let loop: EventLoop
  private let server: Server
  /// Where messages are kept, if not in memory.
  private let store: SQLiteStore?
  /// The keys of https, if that is what it speaks.
  private let tls: TLSContext?
  /// Who asks for tokens, if that is so set.
  private let gate: TokenGate?
  private var signals: [SignalSource] = []
  private var logTimer: Timer?
  /// The first signal to end; another one ends at once.
  private var ending: Int32?

  init(_ options: Options, log: StandardErrorLog) throws(StartError) {
    self.options = options
    self.log = log
    let logger = Logger(label: "sotto") { _ in log }
    self.logger = logger
    do throws(UVError) { loop = try EventLoop() } catch { throw .noLoop(error) }
    tls = try Self.tls(options)
    gate = try Self.gate(options, logger)
    let files = try Self.staticFiles(options.static, on: loop)
    let token = try options.adminSecret()
    store = try Self.store(options, on: loop, logger)
    do throws(UVError) {
      let endpoint = try MessagingEndpoint(
        on: loop,
        settings: options.messaging,
        store: store ?? MemoryStore(identity: .random(), limits: options.storeLimits),
        gate: gate
      )
      let api = token.map { [loop] in OperatorsAPI(endpoint, token: $0, on: loop) }
      let apiRoutes = [api?.route(messageBytes: options.maxMessageSize)].compactMap { $0 }
      server = try Server(
        on: loop,
        configuration: options.server,
        routes: apiRoutes + [
          .webSocket(MessagingEndpoint.path, endpoint),
          .files("/", files),
          .files("/static/**", files),
          .get("/healthz") { _, server in .health(of: server) },
        ],
        security: tls,
        logger: logger
      )
      try endpoint.attach(to: server)
    } catch {
      throw .noLoop(error)
    }
  }

  /// Opens the folder where messages are kept; `nil` when they are kept in memory.
  private static func store(
    _ options: Options,
    on loop: EventLoop,
    _ logger: Logger
  ) throws(StartError) -> SQLiteStore? {
    guard !options.keepsInMemory else { return nil }
    do throws(StoreOpenError) {
      let store = try SQLiteStore(folder: options.data, limits: options.storeLimits, on: loop)
      store.onProblem = { problem in
        if let problem {
          logger.error("messages cannot be kept", metadata: ["why": "\(problem)"])
        } else {
          logger.notice("messages can be kept again")
        }
      }
      return store
    } catch {
      throw .noStore(error)
    }
  }

  /// Reads the certificate and its key; `nil` for a server without.
  private static func tls(_ options: Options) throws(StartError) -> TLSContext? {
    guard let certificate = options.tlsCert, let key = options.tlsKey else { return nil }
    do throws(TLSError) {
      return try TLSContext(certificate: certificate, key: key)
    } catch {
      throw .noTLS(error)
    }
  }

  /// Reads the keys of tokens; `nil` for a server that asks for none.
  private static func gate(_ options: Options, _ logger: Logger) throws(StartError) -> TokenGate? {
    guard options.auth == .jwt else { return nil }
    do throws(KeySourceError) {
      return try TokenGate(
        options.keys.sources,
        issuer: options.keys.jwtIssuer,
        audience: options.keys.jwtAudience,
        logger: logger
      )
    } catch {
      throw .noKeys(error)
    }
  }

  /// Listens, says so, and serves until a signal ends it.
  func run() throws(StartError) {
    do throws(UVError) {
      try server.start()
    } catch {
      throw .noListener(Self.address(options.host, options.port), error)
    }
    do throws(UVError) { try watchSignals() } catch { throw .noLoop(error) }
    let port = server.address?.port ?? options.port
    let scheme = tls == nil ? "http" : "https"
    let page = "\(Self.address(Self.nameForPeople(options.host), port))/static/chat.html"
    StandardStream.output.announce(
      "Listening on \(scheme)://\(Self.address(options.host, port))"
    )
    StandardStream.output.announce("Chat page: \(scheme)://\(page)")
    if options.auth == .none, !Self.isLoopback(options.host) {
      logger.warning(
        "anybody who reaches this address can connect as any client; --auth jwt asks for tokens",
        metadata: ["host": "\(options.host)"]
      )
    }
    warnOfCertificate()
    loop.run()
    log.flush()
  }

  private func watchSignals() throws(UVError) {
    for number in [SIGTERM, SIGINT] {
      signals.append(
        try SignalSource(on: loop, signal: number) { [unowned self] in end(by: number) }
      )
    }
    signals.append(try SignalSource(on: loop, signal: SIGHUP) { [unowned self] in reload() })
    // Lines that a full pipe left waiting do not wait for the next event.
    logTimer = try Timer(on: loop) { [unowned self] in log.flush() }
    logTimer?.setKeepsLoopRunning(false)
    logTimer?.start(after: .seconds(1), every: .seconds(1))
  }

  /// Reads again what may be replaced while it serves.
  private func reload() {
    reloadCertificate()
    reloadKeys()
  }

  private func reloadKeys() {
    guard let gate else { return }
    do throws(KeySourceError) {
      try gate.reload()
      logger.notice("the keys of tokens have been read again")
    } catch {
      logger.error("the keys of tokens stay as they were", metadata: ["why": "\(error.sentence)"])
    }
  }

  private func reloadCertificate() {
    guard let tls else { return }
    do throws(TLSError) {
      try tls.reload()
      logger.notice("the certificate has been read again")
      warnOfCertificate()
    } catch {
      logger.error("the certificate stays as it was", metadata: ["why": "\(error.sentence)"])
    }
  }

  private func warnOfCertificate() {
    for warning in tls?.warnings ?? [] {
      logger.warning("\(warning)", metadata: ["file": "\(options.tlsCert ?? "")"])
    }
  }

  private func end(by number: Int32) {
    guard ending == nil else {
      log.flush()
      exit(128 + number)
    }
    ending = number
    logger.info("going down", metadata: ["connections": "\(server.connectionCount)"])
    server.shutDown(within: options.shutdownTimeout) { [unowned self] in
      guard let store else { return loop.stop() }
      // What clients have sent and nobody has answered for is kept before the end.
      store.close { [unowned self] in loop.stop() }
    }
  }

  /// The folder that was named, else `static` here, else the one that was installed with the binary.
  private static func staticFiles(_ named: String?, on loop: EventLoop) throws(StartError)
    -> StaticFiles
  {
    if let named {
      do throws(UVError) {
        return try StaticFiles(folder: named, on: loop)
      } catch {
        throw .noStaticFolder(named, error)
      }
    }
    var tried = ["static"]
    let binary = try? FileSystem(on: loop).realPath("/proc/self/exe")
    if let folder = binary?.split(separator: "/").dropLast(2).joined(separator: "/") {
      tried.append("/\(folder)/share/sotto/static")
    }
    for folder in tried {
      if let files = try? StaticFiles(folder: folder, on: loop) { return files }
    }
    throw .noDefaultFolder(tried)
  }

  private static func address(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// What to type into a browser on this machine for an address that means all of them.
  private static func nameForPeople(_ host: String) -> String {
    host == "0.0.0.0" || host == "::" ? "localhost" : host
  }

  private static func isLoopback(_ host: String) -> Bool {
    host.hasPrefix("127.") || host == "::1" || host == "localhost"
  }
}

extension HTTPResponse {
  /// 200 while it serves, 503 while it goes down.
  fileprivate static func health(of server: Server) -> HTTPResponse {
    server.isDraining
      ? .text(.serviceUnavailable, "going down") : .text(.ok, "ok")
  }
}
