@testable import Tokens

/// What somebody presents as a token: as the token itself, as base64url, and as a payload that is signed;
/// and what is given as a file with public keys.
///
/// What is no token is refused; what is JSON by the plain reader is JSON here, and written anew means
/// the same; a part of a token that is taken has no other spelling; and a token with one bit changed is
/// refused.
enum TokenTarget {
  private static let secret = try? Secret([UInt8](repeating: 7, count: 32))
  private static let now: Int64 = 1_700_000_000_000

  @Sendable static func check(_ input: [UInt8]) throws(Finding) {
    guard let secret else { throw Finding("no secret") }
    let verifier = TokenVerifier(keys: [.secret(secret)])
    try require((try? verifier.claims(of: input.span, at: now)) == nil, "a token of nobody's")
    if let bytes = Base64URL.decode(input.span) {
      let spelling = Array(Base64URL.encode(bytes.span).utf8)
      try require(spelling == input, "base64url with two spellings")
    }
    try checkReader(input)
    try checkKeys(input)
    guard let payload = String(validating: input, as: UTF8.self) else { return }
    try checkSigned(payload, secret, verifier)
  }

  /// What is taken as keys has none that is private, and none of them takes a signature of zeros.
  private static func checkKeys(_ input: [UInt8]) throws(Finding) {
    guard let keys = try? PublicKey.keys(inPEM: input) else { return }
    try require(!keys.isEmpty, "no key, and no error")
    let isPrivate = String(decoding: input, as: UTF8.self).contains("-----BEGIN PRIVATE KEY-----\n")
    try require(!isPrivate, "a private key")
    let zeros = [UInt8](repeating: 0, count: 64)
    for key in keys where key.algorithm != .edDSA {
      try require(!key.verifies(zeros, of: input.span), "a signature of zeros")
    }
  }

  /// Compares the reader with ``JSONModel``, which counts keys, and looks away within `data`.
  private static func checkReader(_ input: [UInt8]) throws(Finding) {
    let result: Result<JSONValue, JSONReaderError>
    do throws(JSONReaderError) {
      result = .success(try JSONReader.object(input.span))
    } catch {
      result = .failure(error)
    }
    let isUTF8 = String(validating: input, as: UTF8.self) != nil
    try require((result == .failure(.notUTF8)) == !isUTF8, "UTF-8: \(isUTF8), \(result)")
    switch (JSONModel.judge(input), result) {
    case (.notJSON, .success), (.notAnObject, .success): throw Finding("taken, but no object")
    case (.fine, .failure(.syntax)), (.fine, .failure(.notAnObject)):
      throw Finding("an object, but \(result)")
    default: break
    }
    guard case .success(let value) = result else { return }
    let again = try? JSONReader.object(Array(value.spelling.utf8).span)
    try require(again == value, "written anew it is something else: \(value.spelling)")
  }

  private static func checkSigned(
    _ payload: String,
    _ secret: Secret,
    _ verifier: TokenVerifier
  ) throws(Finding) {
    let token = TokenSigner(secret: secret).token(header: #"{"alg":"HS256"}"#, payload: payload)
    var bytes = Array(token.utf8)
    do throws(TokenError) {
      _ = try verifier.claims(of: bytes.span, at: now)
    } catch {
      switch error {
      case .tooLong, .payload, .missing, .wrongType, .expired, .notYetValid: break
      case .notThreeParts: try require(payload.isEmpty, "a payload is there")
      default: throw Finding("signed, but \(error)")
      }
    }
    let place = payload.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % bytes.count
    bytes[place] ^= 1
    try require((try? verifier.claims(of: bytes.span, at: now)) == nil, "changed, but taken")
  }
}

extension JSONValue {
  /// The same as JSON, in the plainest way.
  fileprivate var spelling: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value):
      value.isInfinite ? (value < 0 ? "-1e999" : "1e999") : "\(value)"
    case .string(let bytes): Self.quoted(bytes)
    case .array(let elements): "[" + elements.map(\.spelling).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.map { Self.quoted($0.key) + ":" + $0.value.spelling }.joined(separator: ",")
        + "}"
    }
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
      if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
      return String(scalar)
    }
    return "\"" + text.joined() + "\""
  }
}
