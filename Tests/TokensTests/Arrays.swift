@testable import Tokens

// The macros of the tests cannot hold spans.

extension Base64URL {
  static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8).span) }
  static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }
}

extension Secret {
  func sign(_ message: [UInt8]) -> [UInt8] { sign(message.span) }
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    verifies(signature, of: message.span)
  }
}

extension Key {
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    verifies(signature, of: message.span)
  }
}

extension PublicKey {
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    verifies(signature, of: message.span)
  }
}

extension TokenVerifier {
  func claims(of token: String, at now: Int64) throws(TokenError) -> Claims {
    try claims(of: Array(token.utf8).span, at: now)
  }
}

extension [UInt8] {
  init(copy bytes: [UInt8], from start: Int) {
    self.init(copying: bytes.span.extracting(start..<bytes.count))
  }
}
