/// Gives each connection of a ``Server`` its filter: TLS, for one.
public protocol TransportSecurity: AnyObject {
  /// A filter for a connection that has just been accepted.
  ///
  /// - Returns: `nil` when there is none to be had, such as without memory; the connection is closed then.
  func makeFilter() -> (any TransportFilter)?
}

/// What stands between the socket of one connection and its protocol, and changes each byte on its way.
///
/// It does no I/O: it is told what has come over the wire, and says what is to go there.
public protocol TransportFilter: AnyObject {
  /// Whether both ends have agreed: nothing can be sealed before (TLS: the handshake is over).
  var isReady: Bool { get }

  /// Whether something of its own waits to be sent: see ``takeOutput()``.
  var hasOutput: Bool { get }

  /// What the filter itself has to say to the peer, to be sent at once.
  ///
  /// Sealing takes it along.
  func takeOutput() -> [UInt8]

  /// Takes what has come over the wire.
  ///
  /// - Parameter deliver: Is given each piece of what it says, and returns whether more is wanted.
  func open(
    _ wire: Span<UInt8>,
    deliver: (inout MutableSpan<UInt8>) -> Bool
  ) -> TransportState

  /// Seals `plain`, which has a byte at least.
  ///
  /// - Parameters:
  ///   - isLast: Whether the end of the stream is to follow.
  ///   - body: Is given what is to be sent, in one piece, valid for the call.
  /// - Returns: How many bytes of it are not those of `plain`, but were to go before; `nil` when nothing
  ///   can be sealed any more, and `body` was not called.
  func seal(_ plain: Span<UInt8>, isLast: Bool, _ body: (Span<UInt8>) -> Void) -> Int?

  /// The end of the stream, if it has not been said (TLS: `close_notify`); empty, when it has.
  func sealEnd() -> [UInt8]

  /// How many bytes of a plain text of `count` bytes the peer can read that gets the first `sent` bytes of
  /// what it was sealed to.
  func plainCount(of count: Int, sealedTo wire: Span<UInt8>, sent: Int) -> Int
}

/// How a ``TransportFilter`` stands after it was told what had come.
public enum TransportState: Equatable, Sendable {
  /// More may come.
  case open
  /// The peer says that it sends no more.
  case ended
  /// Nothing of this peer can be understood any more; the text says why, for people who look for errors.
  case failed(String)
}

/// The filters of a server's connections, by slot.
final class TransportFilters {
  private var filters: [(any TransportFilter)?] = []

  subscript(slot: UInt32) -> (any TransportFilter)? {
    get { Int(slot) < filters.count ? filters[Int(slot)] : nil }
    set {
      if Int(slot) >= filters.count {
        guard newValue != nil else { return }
        filters += Array(repeating: nil, count: Int(slot) + 1 - filters.count)
      }
      filters[Int(slot)] = newValue
    }
  }
}
