public import WebSocketProtocol

/// One thing that a ``Server`` does, and the paths that it does it for.
public struct Route {
  enum Action {
    case webSocket(any WebSocketHandler)
    case response((HTTPRequest, Server) -> HTTPResponse)
    case files(StaticFiles)
    case requests(any RequestHandler, limit: Int)
  }

  let pattern: PathPattern
  let action: Action

  /// WebSockets at the paths of `pattern`, such as `/ws/{client_id}` or `/**`.
  public static func webSocket(_ pattern: String, _ handler: any WebSocketHandler) -> Route {
    Route(pattern: PathPattern(pattern), action: .webSocket(handler))
  }

  /// Answers GET and HEAD at the paths of `pattern` from memory.
  public static func get(
    _ pattern: String,
    _ response: @escaping (HTTPRequest, Server) -> HTTPResponse
  ) -> Route {
    Route(pattern: PathPattern(pattern), action: .response(response))
  }

  /// Hands requests of any method at the paths of `pattern` to `handler`, with their bodies.
  ///
  /// - Parameter limit: The most bytes that a body may have, without its chunks' framing; for a larger
  ///   one `handler` makes an answer of `HTTPError.bodyTooLarge`.
  public static func requests(
    _ pattern: String,
    limit: Int,
    _ handler: any RequestHandler
  ) -> Route {
    precondition(limit >= 0)
    return Route(pattern: PathPattern(pattern), action: .requests(handler, limit: limit))
  }

  /// Answers GET and HEAD with the files that `**` at the end of `pattern` names.
  public static func files(_ pattern: String, _ files: StaticFiles) -> Route {
    Route(pattern: PathPattern(pattern), action: .files(files))
  }
}

/// Paths such as `/ws/{client_id}`: `{…}` stands for one segment, `**` at the end for one or more.
struct PathPattern {
  private enum Part {
    case literal([UInt8]), any, rest
  }

  private let parts: [Part]

  init(_ pattern: String) {
    precondition(pattern.hasPrefix("/"), "a path pattern begins with /")
    parts = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      if $0 == "**" { return .rest }
      return $0.hasPrefix("{") && $0.hasSuffix("}") ? .any : .literal(Array($0.utf8))
    }
  }

  /// What the placeholders stand for in `segments`, or `nil` when the path is another.
  func match(_ segments: [[UInt8]]) -> [[UInt8]]? {
    var parameters: [[UInt8]] = []
    for (index, part) in parts.enumerated() {
      guard index < segments.count else { return nil }
      if case .rest = part {
        parameters.append(contentsOf: segments[index...])
        return parameters
      }
      switch part {
      case .literal(let text): guard segments[index] == text else { return nil }
      default: parameters.append(segments[index])
      }
    }
    return segments.count == parts.count ? parameters : nil
  }
}

/// Finds the route of a request: the first that fits.
struct Router {
  let routes: [Route]
  /// The handlers of the WebSocket routes; a connection knows its own by the place in here.
  let handlers: [any WebSocketHandler]

  init(_ routes: [Route]) {
    self.routes = routes
    handlers = routes.compactMap {
      if case .webSocket(let handler) = $0.action { handler } else { nil }
    }
    precondition(handlers.count <= 256)
  }

  /// What is to be done for a target.
  enum Match {
    case webSocket(handler: UInt8, parameters: [[UInt8]])
    case response((HTTPRequest, Server) -> HTTPResponse)
    case files(StaticFiles, names: [String])
    case requests(any RequestHandler, limit: Int, parameters: [[UInt8]])
    case nothing
  }

  func match(_ target: RequestTarget) -> Match {
    var handler: UInt8 = 0
    for route in routes {
      let parameters = route.pattern.match(target.segments)
      switch route.action {
      case .webSocket:
        if let parameters { return .webSocket(handler: handler, parameters: parameters) }
        handler += 1
      case .response(let response):
        if parameters != nil { return .response(response) }
      case .files(let files):
        guard let parameters else { break }
        // `fileNames` is nil for names that leave the folder.
        guard let names = target.fileNames else { return .nothing }
        return .files(files, names: Array(names.suffix(parameters.count)))
      case .requests(let handler, let limit):
        if let parameters { return .requests(handler, limit: limit, parameters: parameters) }
      }
    }
    return .nothing
  }

  /// What the parser of a connection takes: a body as large as any route's may be.
  func limits(_ configuration: ServerConfiguration) -> HTTPLimits {
    var limits = configuration.httpLimits
    for route in routes {
      if case .requests(_, let limit) = route.action {
        limits.bodyBytes = max(limits.bodyBytes, limit)
      }
    }
    return limits
  }
}
