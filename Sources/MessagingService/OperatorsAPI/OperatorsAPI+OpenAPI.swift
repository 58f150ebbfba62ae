import WebSocketProtocol
import WebSocketServer

extension OperatorsAPI {
  /// `GET openapi.json` describes the API; it says nothing that is secret, and needs no token.
  var openAPI: APIResource {
    APIResource(
      "openapi.json",
      isPublic: true,
      [
        (
          "GET",
          { request, _ throws(APIError) in
            request.exchange.respond(
              HTTPResponse(
                status: .ok,
                fields: ["Content-Type": "application/json", "Cache-Control": "no-cache"],
                body: OpenAPIDocument.bytes
              )
            )
          }
        )
      ]
    )
  }
}
