import Glibc

/// The folder that messages are kept in, locked for this process, and its files.
///
/// All calls of the C library for the store are here. They are sound because every pointer is made of
/// a Swift value for the one call that it is passed to, and no call keeps it.
final class StoreFolder: Sendable {
  /// The database.
  let file: String
  private let path: String
  private let lock: Int32

  /// Makes the folder and an empty database if need be, for nobody but this user, and locks it.
  init(_ path: String) throws(StoreOpenError) {
    self.path = path
    file = path + "/sotto.db"
    try Self.makeFolder(path)
    lock = try Self.open(path + "/sotto.lock")
    // Ends with the process, however that ends.
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let error = errno
      close(lock)
      throw error == EWOULDBLOCK ? .locked(path) : .folder(path, reason: Self.reason(error))
    }
    do {
      // SQLite gives its other files the same mode as this one.
      close(try Self.open(file))
    } catch {
      close(lock)
      throw error
    }
  }

  deinit {
    close(lock)
  }

  /// What tells the database's file from another of the same name; `nil` if there is none.
  var mark: Mark? { Self.mark(file) }

  /// The same for the write-ahead log.
  var logMark: Mark? { Self.mark(file + "-wal") }

  /// A file's device and number on it.
  struct Mark: Equatable, Sendable {
    let device: UInt
    let inode: UInt
  }

  private static func mark(_ file: String) -> Mark? {
    var status = stat()
    guard unsafe stat(file, &status) == 0 else { return nil }
    return Mark(device: UInt(status.st_dev), inode: UInt(status.st_ino))
  }

  private static func makeFolder(_ path: String) throws(StoreOpenError) {
    if unsafe mkdir(path, 0o700) == 0 { return }
    guard errno == EEXIST || errno == EISDIR else {
      throw .folder(path, reason: reason(errno))
    }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .folder(path, reason: reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .folder(path, reason: reason(ENOTDIR)) }
    guard unsafe access(path, W_OK | X_OK) == 0 else { throw .folder(path, reason: reason(errno)) }
  }

  /// Opens a file that only this user can read, which may be new.
  private static func open(_ path: String) throws(StoreOpenError) -> Int32 {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(path, reason: reason(errno)) }
    return descriptor
  }

  private static func reason(_ error: Int32) -> String {
    // The C library's text, valid until this thread asks for the next.
    guard let text = unsafe strerror(error) else { return "error \(error)" }
    return unsafe String(cString: text)
  }
}
