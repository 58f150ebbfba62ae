import Logging

/// The log of the daemon: each event one line on standard error.
///
/// It never blocks: what a full pipe does not take waits in a bounded buffer, and what does not fit
/// there is dropped and counted. Copies share the buffer, and each has its own level and metadata.
struct StandardErrorLog: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  private let writer: LogWriter

  init(level: Logger.Level, format: LogFormat) {
    self.init(level: level, writer: LogWriter(to: .standardError, format: format))
  }

  init(level: Logger.Level, writer: LogWriter) {
    logLevel = level
    self.writer = writer
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, later in later } }
    if let own = event.metadata { all.merge(own) { _, later in later } }
    if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
    writer.write(
      LogLine(
        time: .now,
        level: event.level,
        message: event.message.description,
        metadata: all
      )
    )
  }

  /// Writes what is waiting, as far as standard error takes it now.
  ///
  /// Every event does so, too. Call it now and then and before the process ends, so that the last
  /// lines do not wait for an event that never comes.
  func flush() {
    writer.flush()
  }
}
