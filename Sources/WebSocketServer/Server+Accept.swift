import Logging
import UV
import WebSocketProtocol

/// Who gets in.
extension Server {
  /// Connections that may be waiting to have been refused; those beyond are closed without a word.
  static let refusedConnections = 256

  func accept(_ socket: consuming TCPSocket) {
    let isFull =
      configuration.connections > 0
      && table.count - refusedCount >= configuration.connections
    do throws(UVError) {
      let connection = try HTTPConnection(on: self, socket: socket)
      if let security {
        guard let filter = security.makeFilter() else { return connection.end() }
        filters[connection.slot] = filter
      }
      do throws(UVError) {
        try connection.startReading()
      } catch {
        connection.end()
        throw error
      }
      let refusal: UpgradeRefusal? =
        isFull ? .tooManyConnections : admits(connection) ? nil : .tooManyFromAddress
      guard let refusal else { return connection.begin() }
      // A crowd that is refused must not take the descriptors of those who are inside.
      // Some become sockets for as long as it takes to say why.
      let isCrowded =
        isFull && table.count > configuration.connections + Self.refusedConnections
      guard refusedCount < Self.refusedConnections, !isCrowded else { return connection.end() }
      connection.refuse(refusal)
    } catch {
      logger.debug("a connection could not be accepted", metadata: ["error": "\(error)"])
    }
  }

  /// Counts a new connection by its address; that of a trusted proxy says nothing.
  private func admits(_ connection: HTTPConnection) -> Bool {
    guard addresses.limit > 0, let peer = connection.peer,
      !configuration.trustedProxies.contains(where: { $0.contains(peer) })
    else { return true }
    return addresses.admit(peer, at: connection.slot)
  }

  /// Counts a WebSocket that a trusted proxy passes on by the address that the proxy names.
  func admits(_ forwarded: ForwardedRequest, at slot: UInt32) -> Bool {
    guard addresses.limit > 0, forwarded.isByProxy, let peer = forwarded.peer else { return true }
    return addresses.admit(peer, at: slot)
  }
}
