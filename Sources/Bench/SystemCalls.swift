// The calls to the C library that the load generator itself needs. It is sound because every pointer
// is made of a Swift value for the one call that it is passed to, and no call keeps it.

import Glibc

/// The clock that messages are timed by.
enum Clock {
  /// Nanoseconds on a clock that never goes back (`CLOCK_MONOTONIC`).
  static var now: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// What the system says of a process, this one or another.
enum SystemProcess {
  /// Nanoseconds of processor time of all its threads, those that have ended included; `nil` when
  /// there is no such process.
  static func time(of process: Int32) -> UInt64? {
    var clock = clockid_t()
    var time = timespec()
    guard unsafe clock_getcpuclockid(process, &clock) == 0,
      unsafe clock_gettime(clock, &time) == 0
    else { return nil }
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The number of this process.
  static var own: Int32 { getpid() }

  /// Processors of the machine: this process may be held on one, with the server on another.
  static var processorsOnline: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  /// Claims as many descriptors as the system allows, and says how many that is; a peer that has gone
  /// must not end the process (SIGPIPE).
  static func prepare() -> Int {
    signal(SIGPIPE, SIG_IGN)
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(resource, &limit)
    return Int(clamping: limit.rlim_cur)
  }

  /// The text of a file below `/proc`, of at most 64 KiB; `nil` when it cannot be read.
  static func text(ofFile path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    var count = 0
    while count < bytes.count {
      let start = count
      let result = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return unsafe read(descriptor, base + start, buffer.count - start)
      }
      guard result > 0 else { break }
      count += result
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}

/// Where the generator says what it has found.
enum StandardStream {
  case output, error

  /// Writes all of `text`; waits for a full pipe.
  func write(_ text: String) {
    let descriptor = self == .output ? STDOUT_FILENO : STDERR_FILENO
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
