public import WebSocketProtocol

/// A frame as either end puts it on the wire (RFC 6455 §5.2), right or wrong.
///
/// It shares no code with the library, which must not be tested against itself.
public struct WireFrame {
  /// FIN, the three reserved bits and the opcode.
  public var firstByte: UInt8
  /// What it carries, before it is masked.
  public var payload: [UInt8]
  /// Four bytes; `nil` leaves the payload as it is.
  public var key: [UInt8]?

  /// The key of the RFC's examples (§5.7).
  public static let exampleKey: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

  /// A frame of a client, unless `key` is `nil`.
  public init(
    _ opcode: Opcode,
    _ payload: [UInt8] = [],
    isFinal: Bool = true,
    key: [UInt8]? = exampleKey
  ) {
    firstByte = opcode.rawValue | (isFinal ? 0x80 : 0)
    self.payload = payload
    self.key = key
  }

  /// The same for a text.
  public init(
    _ opcode: Opcode,
    _ text: String,
    isFinal: Bool = true,
    key: [UInt8]? = exampleKey
  ) {
    self.init(opcode, Array(text.utf8), isFinal: isFinal, key: key)
  }

  /// The whole frame, its length in as few bytes as possible.
  public var bytes: [UInt8] {
    var bytes = [firstByte]
    let mask: UInt8 = key == nil ? 0 : 0x80
    switch payload.count {
    case ...125: bytes.append(mask | UInt8(payload.count))
    case ...0xFFFF: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      bytes.append(mask | 127)
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(payload.count >> shift & 0xFF))
      }
    }
    guard let key else { return bytes + payload }
    return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
  }
}
