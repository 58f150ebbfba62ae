import Glibc
import Testing

/// A pipe whose ends block, like the standard error of a service.
final class Pipe {
  let writeEnd: Int32
  private let readEnd: Int32
  private var isOpen = true

  init() throws {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    closeReader()
    close(writeEnd)
  }

  func closeReader() {
    if isOpen { close(readEnd) }
    isOpen = false
  }

  /// Takes what is in the pipe, at most `limit` bytes.
  func read(upTo limit: Int = .max) -> String {
    var text: [UInt8] = []
    var request = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    while text.count < limit, unsafe poll(&request, 1, 0) == 1 {
      var bytes = [UInt8](repeating: 0, count: min(limit - text.count, 65536))
      let count = unsafe Glibc.read(readEnd, &bytes, bytes.count)
      guard count > 0 else { break }
      text += bytes.prefix(count)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether somebody made the pipe non-blocking for all that share it.
  var isNonBlocking: Bool { fcntl(writeEnd, F_GETFL) & O_NONBLOCK != 0 }
}
