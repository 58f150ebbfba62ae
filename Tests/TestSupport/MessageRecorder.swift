public import WebSocketProtocol

/// Writes down all that a `MessageReader` finds.
public final class MessageRecorder: MessageHandler {
  /// One call of the reader.
  public enum Event: Equatable, Sendable {
    /// A whole text message.
    case text(String)
    /// A whole binary message.
    case binary([UInt8])
    /// A ping and what is to be sent back.
    case ping([UInt8])
    /// A pong.
    case pong([UInt8])
    /// The peer's close frame.
    case close(CloseCode?, String)
  }

  /// What has been found so far.
  public private(set) var events: [Event] = []
  private let wanted: Int

  /// Wants no more than `wanted` events.
  public init(wanted: Int = .max) {
    self.wanted = wanted
  }

  /// Whether fewer than the wanted events have come.
  public var wantsMore: Bool { events.count < wanted }

  /// Notes a message.
  public func received(_ payload: Span<UInt8>, _ kind: MessageKind) {
    switch kind {
    case .text: events.append(.text(String(decoding: payload.copy, as: UTF8.self)))
    case .binary: events.append(.binary(payload.copy))
    }
  }

  /// Notes a ping.
  public func receivedPing(_ payload: Span<UInt8>) { events.append(.ping(payload.copy)) }

  /// Notes a pong.
  public func receivedPong(_ payload: Span<UInt8>) { events.append(.pong(payload.copy)) }

  /// Notes a close frame.
  public func receivedClose(_ code: CloseCode?, reason: Span<UInt8>) {
    events.append(.close(code, String(decoding: reason.copy, as: UTF8.self)))
  }
}
