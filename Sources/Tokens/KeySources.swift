import Glibc

/// Where keys come from: files, which may be replaced while the server runs, and a secret from elsewhere.
public struct KeySources: Sendable, Equatable {
  /// All keys together: a token that no key has signed is tried with each of its algorithm.
  public static let maximumKeys = 16
  /// No file with keys is that large.
  static let maximumFileBytes = 64 * 1024

  /// Files with a secret each, whose last line break does not count.
  public var secretFiles: [String]
  /// Files with public keys, PEM.
  public var publicKeyFiles: [String]
  /// A secret itself.
  public var secret: String?

  /// Takes paths and a secret.
  public init(secretFiles: [String] = [], publicKeyFiles: [String] = [], secret: String? = nil) {
    self.secretFiles = secretFiles
    self.publicKeyFiles = publicKeyFiles
    self.secret = secret
  }

  /// Reads all of them.
  ///
  /// - Throws: `KeySourceError` for the first that cannot be used.
  public func keys() throws(KeySourceError) -> [Key] {
    var keys = try secrets().map { Key.secret($0) }
    for file in publicKeyFiles {
      do throws(KeyError) {
        keys += try PublicKey.keys(inPEM: Self.read(file)).map { .publicKey($0) }
      } catch {
        throw KeySourceError(file: file, flag: "--jwt-public-key", error: error)
      }
    }
    guard keys.count <= Self.maximumKeys else {
      throw KeySourceError(file: nil, flag: "--jwt-public-key", error: .tooMany)
    }
    return keys
  }

  /// The secrets alone, those of files first.
  ///
  /// - Throws: as ``keys()``.
  public func secrets() throws(KeySourceError) -> [Secret] {
    var secrets: [Secret] = []
    for file in secretFiles {
      do throws(KeyError) {
        secrets.append(try Secret(Self.withoutLineBreak(Self.read(file))))
      } catch {
        throw KeySourceError(file: file, flag: "--jwt-secret-file", error: error)
      }
    }
    if let secret {
      do throws(KeyError) {
        secrets.append(try Secret(Array(secret.utf8)))
      } catch {
        throw KeySourceError(file: nil, flag: "--jwt-secret", error: error)
      }
    }
    return secrets
  }

  /// Editors and `echo` end a file with a line break that nobody means.
  private static func withoutLineBreak(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.last == 0x0A else { return bytes }
    return bytes.dropLast().last == 0x0D ? bytes.dropLast(2) : bytes.dropLast()
  }

  /// Safe because the system is given the array with its length, and a descriptor that is open.
  private static func read(_ path: String) throws(KeyError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(reason) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe Glibc.read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(reason) }
      guard count > 0 else { return bytes }
      bytes += part[..<count]
      guard bytes.count <= maximumFileBytes else { throw .tooLarge }
    }
  }

  private static var reason: String { unsafe String(cString: strerror(errno)) }
}

/// Why keys cannot be had: a sentence that names the place and the remedy.
public struct KeySourceError: Error, Equatable, Sendable {
  /// The file, if it is about one.
  public let file: String?
  /// The flag that gave it.
  public let flag: String
  /// What is wrong.
  public let error: KeyError

  /// For the person who started the server.
  public var sentence: String {
    guard let file else { return "The key of \(flag) cannot be used: \(error.clause)." }
    return "The key file \(file) (\(flag)) cannot be used: \(error.clause)."
  }
}
