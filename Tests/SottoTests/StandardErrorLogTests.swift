import Logging
import Testing

@testable import sotto

@Suite("Standard error log") struct StandardErrorLogTests {
  @Test("events below the level are not written") func level() throws {
    #expect(try output(of: { $0.debug("no") }).isEmpty)
    #expect(try output(of: { $0.info("yes") }).hasSuffix("Z info yes\n"))
    #expect(try output(level: .debug, of: { $0.debug("yes") }).hasSuffix("Z debug yes\n"))
    #expect(try output(level: .error, of: { $0.warning("no") }).isEmpty)
  }

  @Test("an event's metadata goes before its provider's, and that before its logger's")
  func metadata() throws {
    let provider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
    let text = try output(provider: provider) {
      var logger = $0
      logger[metadataKey: "a"] = "logger"
      logger[metadataKey: "b"] = "logger"
      logger[metadataKey: "c"] = "logger"
      logger.info("message", metadata: ["c": "event"])
    }
    #expect(text.hasSuffix(" info message a=logger b=provider c=event\n"))
  }

  @Test("an error is metadata") func error() throws {
    let text = try output { $0.error("failed", error: ArgumentError(allowed: "one")) }
    #expect(text.hasSuffix(" error failed error=\"allowed: one\"\n"))
  }

  @Test("copies have their own level and metadata") func copies() throws {
    let text = try output { logger in
      var copy = logger
      copy.logLevel = .debug
      copy[metadataKey: "copy"] = "yes"
      logger.debug("no")
      copy.debug("yes")
      logger.info("plain")
    }
    let lines = text.split(separator: "\n").map { $0.drop(while: { $0 != " " }) }
    #expect(lines == [" debug yes copy=yes", " info plain"])
  }

  @Test("the format is the one that was asked for") func json() throws {
    let text = try output(format: .json) { $0.info("hello", metadata: ["id": "1"]) }
    #expect(text.hasPrefix(#"{"time":"20"#))
    #expect(text.hasSuffix(#"Z","level":"info","message":"hello","metadata":{"id":"1"}}"# + "\n"))
  }

  private func output(
    level: Logger.Level = .info,
    format: LogFormat = .text,
    provider: Logger.MetadataProvider? = nil,
    of events: (Logger) -> Void
  ) throws -> String {
    let pipe = try Pipe()
    let writer = LogWriter(to: LogDescriptor(pipe.writeEnd), format: format)
    var log = StandardErrorLog(level: level, writer: writer)
    log.metadataProvider = provider
    events(Logger(label: "test") { _ in log })
    log.flush()
    return pipe.read()
  }
}
