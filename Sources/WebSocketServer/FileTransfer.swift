import UV

/// Sends a part of a file, a chunk at a time: the next is read when the kernel has taken the last.
final class FileTransfer {
  /// What one transfer holds in memory at most.
  static let chunkBytes = 128 * 1024

  private var part: FilePart
  private unowned let connection: HTTPConnection
  private let keepsAlive: Bool
  private var isReading = false

  init(_ part: FilePart, to connection: HTTPConnection, keepsAlive: Bool) {
    self.part = part
    self.connection = connection
    self.keepsAlive = keepsAlive
  }

  /// Reads and sends on, unless a chunk is under way.
  func proceed() {
    guard !isReading else { return }
    guard part.count > 0 else { return connection.responded(keepsAlive: keepsAlive) }
    isReading = true
    // The connection is held until the answer is there: it may be closed meanwhile, but is not gone.
    part.file.read(min(part.count, Self.chunkBytes), at: part.offset) {
      [self, connection] result in
      isReading = false
      guard connection.isOpen else { return }
      // A file that has become shorter cannot be sent as announced: the client must see that.
      guard case .success(let bytes) = result, bytes.count > 0 else {
        return connection.end(reset: true)
      }
      part.offset += bytes.count
      part.count -= bytes.count
      bytes.withBytes { connection.send($0) }
      connection.flush()
      guard connection.isOpen else { return }
      connection.noteProgress()
      if connection.outbound.queue == nil { proceed() }
    }
  }
}

/// Bytes of an open file.
struct FilePart {
  let file: File
  var offset: Int
  var count: Int
}
