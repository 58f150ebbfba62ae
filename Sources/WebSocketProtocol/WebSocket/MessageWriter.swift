/// The sending half of a connection: what may still be sent, and the frames that end it (RFC 6455 §5.5.1, §7.1).
public struct MessageWriter: Sendable {
  /// Whether the close frame has been made. "The application MUST NOT send any more data frames."
  public private(set) var hasSentClose = false

  /// Starts with an open connection.
  public init() {}

  /// The one close frame of this side, unmasked; `nil` when it has been made before.
  ///
  /// - Parameters:
  ///   - code: `nil` for a frame without one, which answers a frame without one.
  ///   - reason: Cut to the 123 bytes that fit, at the boundary of a character.
  public mutating func closeFrame(_ code: CloseCode?, reason: String = "") -> [UInt8]? {
    guard !hasSentClose else { return nil }
    hasSentClose = true
    guard let code, code != .noStatus else {
      return FrameHeader.encode(.close, payloadCount: 0).bytes
    }
    var payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)]
    for character in reason.unicodeScalars {
      let encoded = UTF8.encode(character)
      guard let encoded, payload.count + encoded.count <= 125 else { break }
      payload.append(contentsOf: encoded)
    }
    return FrameHeader.encode(.close, payloadCount: payload.count).bytes + payload
  }
}
