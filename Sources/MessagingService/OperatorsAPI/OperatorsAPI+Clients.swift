import Messaging
import UV
import WebSocketProtocol
import WebSocketServer

extension OperatorsAPI {
  /// `GET clients/{id}` tells whether a client is there; `DELETE` ends its connections.
  var client: APIResource {
    APIResource(
      "clients/{id}",
      [
        ("GET", { [unowned self] request, _ throws(APIError) in try self.describe(request) }),
        (
          "DELETE",
          { [unowned self] request, server throws(APIError) in try self.remove(request, server) }
        ),
      ]
    )
  }

  /// `DELETE clients/{id}/block` lets a client in again.
  var clientBlock: APIResource {
    APIResource(
      "clients/{id}/block",
      [
        (
          "DELETE",
          { [unowned self] request, _ throws(APIError) in
            let client = try request.client
            let wasBlocked = self.endpoint.blocks.remove(client, at: self.loop.now)
            request.respond(["client": .string(client.description), "unblocked": .bool(wasBlocked)])
          }
        )
      ]
    )
  }

  /// `DELETE clients/{id}/messages` erases a client's log.
  var clientMessages: APIResource {
    APIResource(
      "clients/{id}/messages",
      [
        (
          "DELETE",
          { [unowned self] request, _ throws(APIError) in
            let client = try request.client
            self.endpoint.manager.erase(client) { result in
              switch result {
              case .success(let count):
                request.respond([
                  "client": .string(client.description), "erased": .number(UInt64(count)),
                ])
              case .failure(let error): request.refuse(.store(error))
              }
            }
          }
        )
      ]
    )
  }

  private func describe(_ request: APIRequest) throws(APIError) {
    let client = try request.client
    let manager = endpoint.manager
    manager.countWaiting(for: client, at: loop.now) { result in
      switch result {
      case .success(let pending):
        let connections = manager.connections(of: client)
        request.respond([
          "client": .string(client.description),
          "online": .bool(manager.isOnline(client)),
          "connections": .number(UInt64(connections.count)),
          "since": .optional(self.endpoint.openingTimes?.earliest(of: connections)),
          "pending": .number(UInt64(pending)),
          "blocked_until": .optional(self.blockedUntil(client)),
        ])
      case .failure(let error): request.refuse(.store(error))
      }
    }
  }

  private func remove(_ request: APIRequest, _ server: Server) throws(APIError) {
    let client = try request.client
    var isBlocked = false
    if let text = request.exchange.request.target.first("block") {
      guard let time = BlockList.milliseconds(text) else {
        throw .badRequest("block must be \(BlockList.rule).")
      }
      guard endpoint.blocks.add(client, for: time, at: loop.now) else { throw .tooManyBlocks }
      isBlocked = true
    }
    let count = endpoint.manager.remove(
      client,
      isBlocked ? .forbidden : .removed,
      through: server
    )
    request.respond([
      "client": .string(client.description),
      "closed": .number(UInt64(count)),
      "blocked_until": .optional(blockedUntil(client)),
    ])
  }

  /// When a client may come in again, ms since 1970.
  private func blockedUntil(_ client: ClientID) -> UInt64? {
    endpoint.blocks.end(of: client, at: loop.now).map { $0 &+ endpoint.manager.epoch }
  }
}
