/// What both ends have agreed about `permessage-deflate` (RFC 7692 §7.1).
public struct DeflateParameters: Equatable, Sendable {
  /// The server starts each message with an empty window (§7.1.1.1).
  public var serverNoContextTakeover = false
  /// The client starts each message with an empty window (§7.1.1.2).
  public var clientNoContextTakeover = false
  /// The server's window has at most 2^n bytes (§7.1.2.1); `nil`: 2^15.
  public var serverMaxWindowBits: UInt8?
  /// The client's window has at most 2^n bytes (§7.1.2.2); `nil`: 2^15.
  public var clientMaxWindowBits: UInt8?

  /// Agrees to nothing but the extension itself.
  public init() {}

  /// Takes the first acceptable one among the offers of a client; `nil` when there is none.
  ///
  /// - Parameter fields: All values of `Sec-WebSocket-Extensions`.
  public init?(offeredIn fields: [String]) {
    for offer in ExtensionOffer.parse(fields) where offer.name == "permessage-deflate" {
      guard let accepted = DeflateParameters(accepting: offer) else { continue }
      self = accepted
      return
    }
    return nil
  }

  /// Accepts an offer with all of its parameters, or declines it.
  ///
  /// "A server MUST decline an extension negotiation offer" with an unknown parameter, one that occurs
  /// twice, a value where none belongs, or a wrong one (§7.1).
  init?(accepting offer: ExtensionOffer) {
    var names: Set<String> = []
    for parameter in offer.parameters {
      guard names.insert(parameter.name).inserted else { return nil }
      switch (parameter.name, parameter.value) {
      case ("server_no_context_takeover", nil): serverNoContextTakeover = true
      case ("client_no_context_takeover", nil): clientNoContextTakeover = true
      case ("server_max_window_bits", let value?):
        // zlib's window has 9 bits at least, so that 8 cannot be kept to.
        guard let bits = Self.windowBits(value), bits >= 9 else { return nil }
        serverMaxWindowBits = bits
      case ("client_max_window_bits", let value):
        // Without a value the client leaves the choice to us, and any window suits us.
        guard let bits = value.map(Self.windowBits) ?? 15 else { return nil }
        clientMaxWindowBits = bits
      default: return nil
      }
    }
  }

  // "a decimal integer value without leading zeroes between 8 to 15, inclusive" (§7.1.2)
  private static func windowBits(_ value: String) -> UInt8? {
    guard value.first != "0", let bits = value.decimalNumber, 8...15 ~= bits else { return nil }
    return UInt8(bits)
  }

  /// The value of the server's `Sec-WebSocket-Extensions`: what was asked for, and nothing else.
  public var answer: String {
    var answer = "permessage-deflate"
    if serverNoContextTakeover { answer += "; server_no_context_takeover" }
    if clientNoContextTakeover { answer += "; client_no_context_takeover" }
    if let serverMaxWindowBits { answer += "; server_max_window_bits=\(serverMaxWindowBits)" }
    if let clientMaxWindowBits { answer += "; client_max_window_bits=\(clientMaxWindowBits)" }
    return answer
  }
}
