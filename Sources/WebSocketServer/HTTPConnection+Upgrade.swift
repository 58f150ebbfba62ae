import Logging
import UV
import WebSocketProtocol

extension HTTPConnection {
  /// Answers a request for a WebSocket route.
  ///
  /// - Returns: true when another object goes on with the socket.
  func upgrade(
    _ head: HTTPRequest,
    _ handler: UInt8,
    _ parameters: [[UInt8]],
    _ bytes: inout MutableSpan<UInt8>,
    _ offset: Int
  ) -> Bool {
    request = head
    guard !server.isDraining else {
      respond(.text(.serviceUnavailable, "The server is going down."), keepsAlive: false)
      return false
    }
    let handshake: Handshake
    do throws(HandshakeError) {
      handshake = try Handshake(head)
    } catch {
      respond(error.response, keepsAlive: false)
      return false
    }
    let forwarded = ForwardedRequest(
      head,
      from: peer,
      isSecure: server.security != nil,
      trusting: server.configuration.trustedProxies
    )
    let upgrade = UpgradeRequest(
      request: head,
      handshake: handshake,
      parameters: parameters,
      peer: forwarded.peer
    )
    let target = server.router.handlers[Int(handler)]
    server.enter(slot)
    let admission =
      refusal(of: handshake, forwarded).map { target.refuse(upgrade, $0, on: server) }
      ?? target.admit(upgrade, on: server)
    server.leave()
    switch admission {
    case .accept where server.isDraining:
      respond(.text(.serviceUnavailable, "The server is going down."), keepsAlive: false)
      return false
    case .refuse(let response):
      respond(response, keepsAlive: false)
      return false
    case .accept(let subprotocol, let opened):
      let agreed =
        server.configuration.compression
        ? DeflateParameters(offeredIn: handshake.extensions) : nil
      noteAnswer(.switchingProtocols)
      send(
        handshake.answer(
          subprotocol: subprotocol,
          extensions: agreed?.answer,
          date: server.date
        ).span
      )
      flush()
      // A kernel that does not take 200 bytes more: earlier answers were never read.
      guard isOpen, outbound.queue == nil else {
        end(reset: true)
        return true
      }
      server.logger.debug(
        "WebSocket opened",
        metadata: [
          "socket": "\(server.table.socket(at: slot))", "path": "\(head.target.path)",
          "peer": "\(forwarded.peer.map { "\($0)" } ?? "unknown")",
        ]
      )
      // We are in the middle of a callback of this object, which is but a shell from here on.
      server.retire(self)
      server.admissionRate.note(nanoseconds: workSoFar)
      endRefusal()
      let socket =
        agreed.map { CompressedWebSocketConnection(upgrading: self, route: handler, agreed: $0) }
        ?? WebSocketConnection(upgrading: self, route: handler)
      socket.begin(with: bytes.span.extracting(offset..<bytes.count), opened: opened)
      return true
    }
  }

  /// Why the server turns the request away, if it does.
  private func refusal(
    of handshake: Handshake,
    _ forwarded: ForwardedRequest
  ) -> UpgradeRefusal? {
    if let refusal { return refusal }
    let isAllowed = server.configuration.origins.allows(
      origin: handshake.origin,
      host: forwarded.host,
      isSecure: forwarded.isSecure
    )
    guard isAllowed else { return .foreignOrigin }
    return server.admits(forwarded, at: slot) ? nil : .tooManyFromAddress
  }
}
