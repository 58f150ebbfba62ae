// The calls to the C library that the daemon itself needs. All unsafe code of this module is here.
// It is sound because every pointer is made of a Swift value for the one call that it is passed to,
// and no call keeps it.

import Glibc

/// A descriptor that takes log lines only while that does not block.
///
/// `O_NONBLOCK` on descriptor 2 would be shared with everybody who has the same terminal or pipe
/// open, such as the shell. A pipe or terminal is therefore opened once more, which makes a file
/// description of our own. A socket cannot be, and a terminal only by its owner; there, asking
/// poll(2) first has to do: a Unix socket is writable while three quarters of its buffer are free.
/// Regular files are always writable.
final class LogDescriptor: Sendable {
  /// Standard error, as it was when this was first asked for.
  static let standardError = LogDescriptor(STDERR_FILENO)

  private let number: Int32
  private let isOurs: Bool

  /// Writes to `original`, which the caller keeps open.
  ///
  /// A descriptor that is closed now stays so: its number may soon belong to a client's socket.
  init(_ original: Int32) {
    let own = Self.reopened(original)
    let isOpen = fcntl(original, F_GETFD) >= 0
    number = own ?? (isOpen ? original : -1)
    isOurs = own != nil
  }

  deinit {
    if isOurs { close(number) }
  }

  /// Writes what can be written now of at most `LogBuffer.chunk` bytes.
  func write(_ bytes: ArraySlice<UInt8>) -> WriteResult {
    guard number >= 0 else { return .gone }
    var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&request, 1, 0) == 1 else { return .full }
    // The reader of a pipe or the peer of a socket has gone, the terminal hung up, or the
    // descriptor is closed.
    if Int32(request.revents) & (POLLERR | POLLHUP | POLLNVAL) != 0 { return .gone }
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(number, $0.baseAddress, min($0.count, LogBuffer.chunk))
    }
    if count > 0 { return .wrote(count) }
    // A full disk (`ENOSPC`) may have room again later; these two never end.
    return count < 0 && (errno == EPIPE || errno == EBADF) ? .gone : .full
  }

  /// Opens the pipe or terminal behind `original` again, for writing without blocking.
  private static func reopened(_ original: Int32) -> Int32? {
    var info = stat()
    guard unsafe fstat(original, &info) == 0 else { return nil }
    let kind = info.st_mode & S_IFMT
    guard kind == S_IFIFO || kind == S_IFCHR else { return nil }
    let flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    let number = unsafe open("/proc/self/fd/\(original)", flags)
    return number < 0 ? nil : number
  }
}

extension Timestamp {
  /// The time of the system's clock.
  static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
  }
}

/// What the process asks of the system before it serves.
enum Process {
  /// A peer that has gone must not end the process (SIGPIPE), and each connection takes a
  /// descriptor: as many as the system allows are claimed.
  ///
  /// Standard descriptors that are closed are opened on nothing, lest a client's socket gets their
  /// numbers.
  static func prepare() {
    for standard in STDIN_FILENO...STDERR_FILENO where fcntl(standard, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one.
      _ = unsafe open("/dev/null", O_RDWR)
    }
    signal(SIGPIPE, SIG_IGN)
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// The environment of the process.
enum Environment {
  /// The value of a variable; `nil` when it is not set.
  static func value(of name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

/// Where the process says what is not an event: that it is ready, or why it will not start.
///
/// Unlike `print` it has no buffer, so that a line is seen at once also when it goes to a pipe.
enum StandardStream: Sendable {
  case output, error

  /// Writes `line` and a line break unless that would block: for a server that is ready, whether or
  /// not somebody reads it.
  func announce(_ line: String) {
    let descriptor = LogDescriptor(self == .output ? STDOUT_FILENO : STDERR_FILENO)
    var rest = Array("\(line)\n".utf8)[...]
    while case .wrote(let count) = descriptor.write(rest), count < rest.count {
      rest = rest.dropFirst(count)
    }
  }

  /// Writes `line` and a line break; waits for a full pipe, so the loop must not be serving yet.
  func print(_ line: String) {
    let descriptor = self == .output ? STDOUT_FILENO : STDERR_FILENO
    Self.write("\(line)\n", to: descriptor)
  }

  static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 { rest = rest.dropFirst(count) }
      // Nobody is there to be told when this fails, too.
      if count <= 0, errno != EINTR { return }
    }
  }
}
