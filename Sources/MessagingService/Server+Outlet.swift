public import Messaging
import WebSocketProtocol
public import WebSocketServer

/// A server is the manager's way out: a connection's number is that of its socket.
extension Server: Outlet {
  /// Whether the kernel has not taken all that was written to the socket.
  public func isBlocked(_ connection: ConnectionID) -> Bool {
    isBlocked(WebSocket(rawValue: connection.rawValue))
  }

  /// Sends a message to the socket of a connection.
  public func deliver(
    _ form: MessageForm,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    to connection: ConnectionID
  ) -> Bool {
    send(
      form == .text ? .text : .binary,
      first,
      second,
      to: WebSocket(rawValue: connection.rawValue)
    )
  }

  /// Closes the socket.
  public func close(_ connection: ConnectionID, _ farewell: Farewell) {
    close(
      WebSocket(rawValue: connection.rawValue),
      CloseCode(farewell.code),
      reason: farewell.reason
    )
  }

  /// What the kernel has not taken yet of what was sent to the socket; `nil` when that has ended.
  public func unsentBytes(of connection: ConnectionID) -> Int? {
    let socket = WebSocket(rawValue: connection.rawValue)
    return isOpen(socket) ? unsentBytes(of: socket) : nil
  }
}
