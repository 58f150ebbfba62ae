import UV
import WebSocketProtocol

/// Requests that have a body, and are answered when their handler knows what.
extension HTTPConnection {
  /// The head of a request has come.
  ///
  /// - Parameter hasMore: Whether more has come behind it.
  /// - Throws: `bodyTooLarge`, for a length that is announced.
  func beginBody(_ head: HTTPRequest, hasMore: Bool) throws(HTTPError) {
    request = head
    bodyBytes = 0
    if case .requests(let handler, let limit, let parameters) = server.router.match(head.target) {
      let refusal = handler.refusal(of: head, on: server)
      exchange = HTTPExchange(
        head,
        parameters,
        handler,
        limit: limit,
        refusal: refusal,
        from: self
      )
    }
    // A client that asks before it sends a body is told the end of the story at once, if it is known.
    if head.expectsContinue {
      if let refusal = exchange?.refusal {
        forgetExchange()
        return respond(refusal, keepsAlive: false)
      }
      guard exchange != nil else { return respond(to: head, keepsAlive: false) }
    }
    if case .length(let length) = head.body, length > bodyLimit {
      throw .bodyTooLarge(limit: bodyLimit)
    }
    // RFC 9110 §10.1.1 lets a server omit it when the body is on its way already.
    if head.expectsContinue, !hasMore { send(Self.continueLine.span) }
  }

  private static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// What the parser lets through is bounded by the largest of all limits, and here by the route's own.
  private var bodyLimit: Int {
    exchange?.limit ?? server.configuration.httpLimits.bodyBytes
  }

  /// A part of the body has come; what nobody wants is dropped.
  ///
  /// - Throws: `bodyTooLarge`, for chunks.
  func takeBody(_ part: Span<UInt8>) throws(HTTPError) {
    bodyBytes += part.count
    guard bodyBytes <= bodyLimit else { throw .bodyTooLarge(limit: bodyLimit) }
    guard let exchange, exchange.refusal == nil else { return }
    exchange.body.append(copying: part)
    server.memory.add(part.count)
  }

  /// The request has come whole: it is the handler's turn.
  func handle(_ exchange: HTTPExchange) {
    if let refusal = exchange.refusal { return exchange.respond(refusal) }
    exchange.handler.handle(exchange, on: server)
  }

  /// The handler has answered.
  func answer(_ exchange: HTTPExchange, _ response: HTTPResponse) {
    guard isOpen, exchange === self.exchange else { return }
    forgetExchange()
    respond(response, keepsAlive: exchange.request.keepsAlive && !server.isDraining)
  }

  /// The request is answered, or nobody waits for an answer any more.
  func forgetExchange() {
    guard let exchange else { return }
    exchange.connection = nil
    server.memory.add(-exchange.body.count)
    self.exchange = nil
  }
}
