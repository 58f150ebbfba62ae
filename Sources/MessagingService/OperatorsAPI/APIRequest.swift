import Messaging
import WebSocketProtocol
import WebSocketServer

/// A request to one resource of the API.
struct APIRequest {
  /// What came.
  let exchange: HTTPExchange
  /// What the placeholders of the resource's path stand for, in their order.
  let parameters: [[UInt8]]

  /// The client that the path names.
  ///
  /// - Throws: 400.
  var client: ClientID {
    get throws(APIError) {
      let name = parameters.first ?? []
      do throws(ClientIDError) {
        return try ClientID(name.span)
      } catch {
        throw .badRequest(error.sentence, code: .badTarget)
      }
    }
  }

  /// Answers 200.
  func respond(_ value: JSONValue) {
    exchange.respond(.json(.ok, value))
  }

  /// Answers that it was not done.
  func refuse(_ error: APIError) {
    exchange.respond(error.response)
  }
}

/// What can be done at one path of the API.
struct APIResource {
  /// What does it: answers the request now or later, or throws why not.
  typealias Action = (APIRequest, Server) throws(APIError) -> Void

  /// What stands behind `/api/v1/`; `{…}` stands for one segment.
  let path: [String]
  /// What can be done, by method; `HEAD` is a `GET` whose body is not sent.
  let actions: [(method: String, action: Action)]
  /// Whether anybody may ask.
  var isPublic = false

  init(_ path: String, isPublic: Bool = false, _ actions: [(method: String, action: Action)]) {
    self.path = path.split(separator: "/").map(String.init)
    self.isPublic = isPublic
    self.actions = actions
  }

  /// What the placeholders stand for in a path; `nil` when it is another.
  func match(_ segments: [[UInt8]]) -> [[UInt8]]? {
    guard segments.count == path.count else { return nil }
    var parameters: [[UInt8]] = []
    for (part, segment) in zip(path, segments) {
      if part.hasPrefix("{") {
        parameters.append(segment)
      } else if Array(part.utf8) != segment {
        return nil
      }
    }
    return parameters
  }

  /// What a method does here.
  func action(_ method: String) -> Action? {
    let name = method == "HEAD" ? "GET" : method
    return actions.first { $0.method == name }?.action
  }

  /// The methods, as `Allow` has them.
  var methods: [String] {
    actions.flatMap { $0.method == "GET" ? ["GET", "HEAD"] : [$0.method] }
  }
}
