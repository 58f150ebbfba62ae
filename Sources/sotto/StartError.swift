import MessagingService
import Tokens
import UV
import WebSocketTLS

/// Why the daemon cannot start: a line that names the cause and the remedy.
struct StartError: Error {
  let line: String

  static func noLoop(_ error: UVError) -> StartError {
    StartError(line: "The event loop cannot be made: \(error.message).")
  }

  static func noStore(_ error: StoreOpenError) -> StartError {
    StartError(line: error.sentence)
  }

  static func noKeys(_ error: KeySourceError) -> StartError {
    StartError(line: error.sentence)
  }

  static func noTLS(_ error: TLSError) -> StartError {
    StartError(line: error.sentence)
  }

  static func noListener(_ address: String, _ error: UVError) -> StartError {
    let remedy =
      switch error.name {
      case "EADDRINUSE": "end what uses the port, or choose another with --port (0: any free one)"
      case "EACCES": "ports below 1024 need a privilege; choose another with --port"
      case "EADDRNOTAVAIL": "this machine has no such address; choose another with --host"
      default: "choose another with --host and --port"
      }
    return StartError(
      line: "Cannot listen on \(address): \(error.message) (\(error.name)); \(remedy)."
    )
  }

  static func noStaticFolder(_ path: String, _ error: UVError) -> StartError {
    StartError(
      line: "The folder \(path) cannot be opened: \(error.message) (\(error.name)); "
        + "name the folder of the pages with --static."
    )
  }

  static func noDefaultFolder(_ tried: [String]) -> StartError {
    StartError(
      line: "No folder with the pages was found (\(tried.joined(separator: ", "))); "
        + "name it with --static."
    )
  }
}
