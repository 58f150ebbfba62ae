public import WebSocketProtocol

/// What answers the requests of a ``Route/requests(_:limit:_:)``.
///
/// All calls come on the loop's thread.
public protocol RequestHandler: AnyObject {
  /// Judges a request by its head: a response refuses it, and then its body is read and dropped.
  ///
  /// A client that waits for `100 Continue` gets it only if this returns `nil` (RFC 9110 §10.1.1).
  func refusal(of request: HTTPRequest, on server: Server) -> HTTPResponse?
  /// Answers a request that has come whole, now or later, by ``HTTPExchange/respond(_:)``.
  func handle(_ exchange: HTTPExchange, on server: Server)
  /// What to answer when the body cannot be read; the connection then closes.
  func response(to error: HTTPError) -> HTTPResponse
}

extension RequestHandler {
  /// Refuses none.
  public func refusal(of request: HTTPRequest, on server: Server) -> HTTPResponse? { nil }
  /// A sentence, as for any other route.
  public func response(to error: HTTPError) -> HTTPResponse { error.response }
}

/// A request with its body, and the way to answer it.
///
/// It may be kept until the answer is known. The connection waits meanwhile, for as long as it may be
/// idle (six times ``ServerConfiguration/handshakeTimeout``), and then ends.
public final class HTTPExchange {
  /// The head of the request.
  public let request: HTTPRequest
  /// The path segments that the route's `{name}` placeholders and `**` stand for, decoded.
  public let parameters: [[UInt8]]
  /// The body, without chunks; empty until it has come whole.
  ///
  /// It counts as memory of the connection until the answer.
  public internal(set) var body: [UInt8] = []

  let handler: any RequestHandler
  /// The most bytes that the body may have.
  let limit: Int
  /// What is answered when the request has come whole, without asking the handler.
  let refusal: HTTPResponse?
  /// Who is to send the answer: nobody any more once it has been given, or when the client has gone.
  weak var connection: HTTPConnection?

  init(
    _ request: HTTPRequest,
    _ parameters: [[UInt8]],
    _ handler: any RequestHandler,
    limit: Int,
    refusal: HTTPResponse?,
    from connection: HTTPConnection
  ) {
    self.request = request
    self.parameters = parameters
    self.handler = handler
    self.limit = limit
    self.refusal = refusal
    self.connection = connection
  }

  /// Answers the request; to `HEAD` the body is left out.
  ///
  /// Only the first call counts, and none when the client has gone meanwhile.
  public func respond(_ response: HTTPResponse) {
    guard let connection else { return }
    self.connection = nil
    connection.answer(self, response)
  }
}
