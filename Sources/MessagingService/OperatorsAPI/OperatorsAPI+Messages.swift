import Messaging
import UV
import WebSocketServer

extension OperatorsAPI {
  /// `POST messages` sends a message in somebody's name.
  var messages: APIResource {
    APIResource(
      "messages",
      [
        (
          "POST",
          { [unowned self] request, server throws(APIError) in
            try self.post(request, through: server)
          }
        )
      ]
    )
  }

  private func post(_ request: APIRequest, through outlet: any Outlet) throws(APIError) {
    let message: PostedMessage
    let body = request.exchange.body
    do throws(PostedMessageError) {
      message = try PostedMessage(body.span)
    } catch {
      throw .badRequest(error.sentence, code: error.code)
    }
    endpoint.manager.post(message, at: loop.now, through: outlet) { outcome in
      switch outcome {
      case .accepted(let id, let state):
        request.respond([
          "id": .string(String(decoding: id, as: UTF8.self)), "state": .string(state.rawValue),
        ])
      case .conflict: request.refuse(.conflict)
      case .refused(let error): request.refuse(.store(error))
      }
    }
  }
}
