import Glibc
import Logging
import UV

/// The daemon: reads flags and environment, and serves until a signal ends it.
@main struct Sotto {
  static func main() {
    Process.prepare()
    let invocation = Invocation(
      arguments: Array(CommandLine.arguments.dropFirst()),
      environment: Environment.value
    )
    switch invocation {
    case .print(let text):
      StandardStream.output.print(text)
    case .fail(let line):
      StandardStream.error.print(line)
      exit(Invocation.usageStatus)
    case .token(let command):
      do throws(StartError) {
        StandardStream.output.print(try command.token(at: Int64(EventLoop.millisecondsSince1970)))
      } catch {
        StandardStream.error.print("sotto: \(error.line)")
        exit(1)
      }
    case .run(let options):
      let log = StandardErrorLog(level: options.logLevel, format: options.logFormat)
      do throws(StartError) {
        try Daemon(options, log: log).run()
      } catch {
        StandardStream.error.print("sotto: \(error.line)")
        exit(1)
      }
    }
  }
}
