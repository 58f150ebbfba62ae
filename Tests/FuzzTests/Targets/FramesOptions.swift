import WebSocketProtocol

/// The first byte of an input for ``FramesTarget``: what the two ends have agreed on.
///
///     0: masked by a client, or not (1)   1-2: the limit   3-4: when the handler has enough
///     5: permessage-deflate was agreed   6: client_no_context_takeover with it
///
/// The last bit is ignored.
struct FramesOptions {
  /// Who sends the frames.
  let peer: Role
  let limits: Limits
  /// After so many events the handler wants no more.
  let wanted: Int
  /// What was agreed for compressed messages.
  let deflate: DeflateParameters?

  init(_ byte: UInt8) {
    peer = byte & 1 == 0 ? .client : .server
    limits = Limits(messageBytes: [125, 1000, 70_000, 1 << 20][Int(byte >> 1 & 3)])
    wanted = [Int.max, 1, 2, 5][Int(byte >> 3 & 3)]
    var parameters = DeflateParameters()
    parameters.clientNoContextTakeover = byte & 0x40 != 0
    deflate = byte & 0x20 == 0 ? nil : parameters
  }
}
