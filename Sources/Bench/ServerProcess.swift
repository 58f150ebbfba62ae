/// What the server's process has used so far, as the system says.
struct ServerProcess {
  /// Its number; `nil` when it is not known, and then nothing is measured.
  let id: Int32?

  /// Processor time of the server and of the generator, and the time of day, in nanoseconds.
  struct Usage {
    /// When it was taken.
    var at: UInt64 = 0
    /// The server's processor time.
    var server: UInt64 = 0
    /// Of that, in the server's own code, by the clock ticks of `/proc/PID/stat`.
    var userTicks = 0
    /// Of that, in system calls.
    var systemTicks = 0
    /// The generator's processor time.
    var generator: UInt64 = 0
  }

  /// Reads the clocks.
  ///
  /// - Throws: `BenchError` when the server has ended.
  func usage() throws(BenchError) -> Usage {
    var usage = Usage(at: Clock.now)
    usage.generator = SystemProcess.time(of: SystemProcess.own) ?? 0
    guard let id else { return usage }
    guard let time = SystemProcess.time(of: id),
      let stat = SystemProcess.text(ofFile: "/proc/\(id)/stat"),
      let ticks = Self.ticks(in: stat)
    else { throw .server("there is no process \(id) any more") }
    usage.server = time
    (usage.userTicks, usage.systemTicks) = ticks
    return usage
  }

  /// Kibibytes of memory, by the names of `/proc/PID/smaps_rollup`, such as `Anonymous` and `Rss`.
  func memory(_ name: String) -> Int? {
    guard let id, let text = SystemProcess.text(ofFile: "/proc/\(id)/smaps_rollup") else {
      return nil
    }
    return Self.kibibytes(of: name, in: text)
  }

  /// `utime` and `stime` (proc(5)); the name before them may hold spaces and brackets.
  static func ticks(in stat: String) -> (user: Int, system: Int)? {
    guard let bracket = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[bracket...].split(separator: " ")
    guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
      return nil
    }
    return (user, system)
  }

  /// The number in a line such as `Anonymous:   1234 kB`.
  static func kibibytes(of name: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix("\(name):") {
      return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
    return nil
  }
}
