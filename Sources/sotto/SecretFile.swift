import Glibc
import UV

/// A file with one line that nobody else is to know.
enum SecretFile {
  /// The most bytes that are read: no secret or key is as large.
  static let maximumBytes = 64 * 1024

  /// What is in the file, without the newline at its end; waits for it, so the loop must not be serving.
  ///
  /// Bytes that are no UTF-8 become U+FFFD, which no secret can hold.
  ///
  /// - Throws: `UVError` (`open`, `read`), such as `ENOENT`; `EFBIG` for more than ``maximumBytes``.
  static func read(_ path: String) throws(UVError) -> String {
    // A FIFO without a writer must not hold up the start for ever.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw UVError(code: -errno, call: "open") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
    var count = 0
    while count < bytes.count {
      // The kernel writes into the array's own memory, behind what has been read, during the call.
      let more = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
      }
      guard more >= 0 else { throw UVError(code: -errno, call: "read") }
      if more == 0 { break }
      count += more
    }
    guard count <= maximumBytes else { throw UVError(code: -EFBIG, call: "read") }
    var text = bytes[..<count]
    if text.last == UInt8(ascii: "\n") { text.removeLast() }
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}
