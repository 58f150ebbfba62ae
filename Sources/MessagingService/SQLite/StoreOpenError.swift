/// Why a folder cannot be used to keep messages.
public enum StoreOpenError: Error, Equatable, Sendable {
  /// The folder cannot be made, or cannot be written; with the system's reason.
  case folder(String, reason: String)
  /// A file in it cannot be made, opened or written; with the system's or SQLite's reason.
  case file(String, reason: String)
  /// There is no room on the disk.
  case noRoom(String)
  /// Another process keeps messages there.
  case locked(String)
  /// The file is not one of Sotto's.
  case foreign(String)
  /// The file was written by a newer version, whose format this one does not know.
  case newer(String, version: Int, known: Int)
  /// The file is not as SQLite has left it; with SQLite's reason.
  case damaged(String, reason: String)

  /// A sentence that names the file and what can be done.
  public var sentence: String {
    switch self {
    case .folder(let path, let reason):
      "Messages cannot be kept in the folder \(path): \(reason); "
        + "make it writable for this user, or choose another."
    case .file(let path, let reason):
      "The file \(path) cannot be used: \(reason); make it writable for this user, or choose "
        + "another folder."
    case .noRoom(let path):
      "The file \(path) cannot be written: the disk is full; make room on it, or choose another "
        + "folder."
    case .locked(let path):
      "The folder \(path) is in use by another process; end that one, or choose another folder."
    case .foreign(let path):
      "The file \(path) is no store of messages; move it away, or choose another folder."
    case .newer(let path, let version, let known):
      "The file \(path) has format \(version), and this version knows formats up to \(known); "
        + "run the newer version, or choose another folder."
    case .damaged(let path, let reason):
      "The file \(path) is damaged: \(reason); put back a copy, or move it and its -wal file away "
        + "to begin anew."
    }
  }
}
