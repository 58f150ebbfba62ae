import WebSocketProtocol
import WebSocketServer

/// Answers requests by saying what came, at once or when the test says so.
final class RecordingRequestHandler: RequestHandler {
  /// What has come and is not answered.
  private(set) var waiting: [HTTPExchange] = []
  /// How many have come.
  private(set) var count = 0
  /// Whether requests are answered at once.
  var answersAtOnce = true
  /// What requests are refused with by their heads.
  var refusal: HTTPResponse?

  func refusal(of request: HTTPRequest, on server: Server) -> HTTPResponse? { refusal }

  func handle(_ exchange: HTTPExchange, on server: Server) {
    count += 1
    waiting.append(exchange)
    if answersAtOnce { answer() }
  }

  func response(to error: HTTPError) -> HTTPResponse { .text(error.status, "my words") }

  /// Answers all that has come.
  func answer() {
    let due = waiting
    waiting = []
    for exchange in due { exchange.respond(Self.echo(of: exchange)) }
  }

  /// Method, what the placeholders stand for, and body.
  static func echo(of exchange: HTTPExchange) -> HTTPResponse {
    let names = exchange.parameters.map { String(decoding: $0, as: UTF8.self) }
    let body = String(decoding: exchange.body, as: UTF8.self)
    return .text(.ok, "\(exchange.request.method) \(names.joined(separator: "|")) \(body).")
  }
}
