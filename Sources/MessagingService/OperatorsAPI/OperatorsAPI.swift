public import UV
public import WebSocketProtocol
public import WebSocketServer

/// The API for operators and back ends, below `/api/v1/`.
///
/// What it can do is in its resources: whoever adds something adds one.
public final class OperatorsAPI: RequestHandler {
  /// The paths of the API, for `Route.requests`.
  public static let path = "/api/v1/**"

  let endpoint: MessagingEndpoint
  let loop: EventLoop
  private let token: AdminToken
  /// What can be asked for; the first that fits counts.
  private(set) var resources: [APIResource] = []

  /// Serves whoever knows the token.
  ///
  /// - Parameter endpoint: Whose clients it is about.
  public init(_ endpoint: MessagingEndpoint, token: AdminToken, on loop: EventLoop) {
    self.endpoint = endpoint
    self.token = token
    self.loop = loop
    endpoint.openingTimes = OpeningTimes()
    resources = [messages, client, clientMessages, clientBlock, openAPI]
  }

  /// The route that leads here.
  ///
  /// - Parameter messageBytes: The largest message that is taken, with its envelope.
  public func route(messageBytes: Int) -> Route {
    .requests(Self.path, limit: messageBytes, self)
  }

  /// Adds what can be done at one more path.
  func add(_ resource: APIResource) {
    resources.append(resource)
  }

  // MARK: RequestHandler

  /// Nobody without the token gets any further; then a client that waits for `100 Continue` hears of
  /// most mistakes before it sends its body.
  public func refusal(of request: HTTPRequest, on server: Server) -> HTTPResponse? {
    do throws(APIError) {
      let resource = find(request.target)
      guard resource?.resource.isPublic ?? false || token.admits(request) else {
        throw .unauthorized
      }
      guard let resource = resource?.resource else { throw .notFound }
      guard resource.action(request.method) != nil else {
        throw .methodNotAllowed(resource.methods)
      }
      guard request.method != "POST" || request.hasJSON else { throw .unsupportedMediaType }
      return nil
    } catch {
      return error.response
    }
  }

  /// Has the resource answer.
  public func handle(_ exchange: HTTPExchange, on server: Server) {
    let request = exchange.request
    guard let (resource, parameters) = find(request.target),
      let action = resource.action(request.method)
    else { return exchange.respond(APIError.notFound.response) }
    do throws(APIError) {
      try action(APIRequest(exchange: exchange, parameters: parameters), server)
    } catch {
      exchange.respond(error.response)
    }
  }

  /// As the API writes errors.
  public func response(to error: HTTPError) -> HTTPResponse { APIError.body(error).response }

  private func find(
    _ target: RequestTarget
  ) -> (resource: APIResource, parameters: [[UInt8]])? {
    let segments = Array(target.segments.dropFirst(2))
    for resource in resources {
      if let parameters = resource.match(segments) { return (resource, parameters) }
    }
    return nil
  }
}

extension HTTPRequest {
  /// Whether the body says that it is JSON, in UTF-8 as JSON is (RFC 8259 §8.1).
  fileprivate var hasJSON: Bool {
    let values = fields.all("Content-Type")
    guard values.count == 1, let value = values.first else { return false }
    let parts = value.lowercased().split(separator: ";", omittingEmptySubsequences: false)
    let type = parts.first?.filter { $0 != " " && $0 != "\t" }
    return type == "application/json"
      && parts.dropFirst().allSatisfy {
        let parameter = $0.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        return !parameter.hasPrefix("charset=") || parameter == "charset=utf-8"
      }
  }
}
