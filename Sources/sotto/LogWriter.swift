import Logging
import Synchronization

/// Writes lines to a descriptor without ever waiting for it.
///
/// The lock is for other threads' sake, libraries' perhaps; the loop's own thread is the only one
/// that usually logs, and never waits for it.
final class LogWriter: Sendable {
  private let descriptor: LogDescriptor
  private let format: LogFormat
  private let buffer: Mutex<LogBuffer>

  init(
    to descriptor: LogDescriptor,
    format: LogFormat,
    capacity: Int = LogBuffer.defaultCapacity
  ) {
    self.descriptor = descriptor
    self.format = format
    buffer = Mutex(LogBuffer(capacity: capacity))
  }

  /// Writes `line` behind what is still waiting, keeps it for later, or drops it.
  func write(_ line: LogLine) {
    let text = line.rendered(as: format)
    buffer.withLock {
      $0.drain(to: descriptor.write)
      $0.append(text, report: report)
      $0.drain(to: descriptor.write)
    }
  }

  /// Writes what is waiting, as far as the descriptor takes it now.
  func flush() {
    buffer.withLock {
      $0.drain(to: descriptor.write)
      $0.reportDropped(report)
      $0.drain(to: descriptor.write)
    }
  }

  private func report(dropped: Int) -> String {
    LogLine(
      time: .now,
      level: .warning,
      message: "dropped \(dropped) log lines",
      metadata: [:]
    ).rendered(as: format)
  }
}
