/// Why a measurement could not be made.
enum BenchError: Error, CustomStringConvertible {
  /// What the server does not do.
  case server(String)
  /// What the machine does not allow.
  case system(String)

  /// A sentence.
  var description: String {
    switch self {
    case .server(let sentence), .system(let sentence): sentence
    }
  }
}
