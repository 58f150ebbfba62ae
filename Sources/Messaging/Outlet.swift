/// A connection as the manager knows it: a number that its ``Outlet`` understands.
public struct ConnectionID: Hashable, Sendable {
  /// The number; never that of another connection, even when this one has ended.
  public let rawValue: UInt64

  /// Wraps a number.
  public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// The two forms of a message.
public enum MessageForm: Sendable {
  /// UTF-8.
  case text
  /// Any bytes.
  case binary
}

/// A message that had been delivered to a connection and that the system did not take, as it was delivered.
public struct UndeliveredMessage {
  /// Text or binary.
  public let form: MessageForm
  /// Its bytes, up to where `second` begins.
  public let first: ArraySlice<UInt8>
  /// The rest, if that lies elsewhere.
  public let second: ArraySlice<UInt8>

  /// Puts one together.
  public init(_ form: MessageForm, _ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8> = []) {
    self.form = form
    self.first = first
    self.second = second
  }
}

/// The way out of the manager: whoever owns the sockets.
///
/// Calls must not come back into the manager; the end of a connection that they cause is reported by
/// `ConnectionManager.disconnect` afterwards.
public protocol Outlet: AnyObject {
  /// Sends a message made of two pieces; the bytes are valid during the call only.
  ///
  /// - Returns: false when the connection takes no more. Its `disconnect` follows.
  func deliver(
    _ form: MessageForm,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    to connection: ConnectionID
  ) -> Bool
  /// The bytes of a message that is being handled, or a part of them, for longer than the call.
  func retain(_ bytes: Span<UInt8>) -> ArraySlice<UInt8>
  /// Ends a connection.
  func close(_ connection: ConnectionID, _ farewell: Farewell)
  /// Bytes that were delivered and that the system has not taken yet; `nil` when the connection has
  /// ended, and its `disconnect` is still to come or has come.
  func unsentBytes(of connection: ConnectionID) -> Int?
  /// Whether the system has not taken all that was written to it; what has not been written yet does not
  /// count. `drained` comes when it has.
  func isBlocked(_ connection: ConnectionID) -> Bool
}
