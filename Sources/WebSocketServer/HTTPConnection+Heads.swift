import Logging
import WebSocketProtocol

/// The heads of responses.
extension HTTPConnection {
  func noteAnswer(_ status: HTTPStatus) {
    server.logger.debug(
      "HTTP request answered",
      metadata: [
        "method": "\(request?.method ?? "?")", "path": "\(request?.target.path ?? "?")",
        "status": "\(status.code)",
      ]
    )
  }

  func sendHead(_ response: HTTPResponse, contentLength: Int, keepsAlive: Bool) {
    noteAnswer(response.status)
    let head = response.serializedHead(
      contentLength: contentLength,
      keepsAlive: keepsAlive,
      for: request?.version ?? .http11,
      date: server.date
    )
    send(head.span)
  }
}
