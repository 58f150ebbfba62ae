@testable import Messaging

/// A binary message of a `sotto.v1` client: as it is, and with its first line as the header.
///
/// The payload is what stands behind the header; and a header is judged as a text message is, but
/// that it must be UTF-8 and a `send` without a body.
enum BinaryTarget {
  @Sendable static func check(_ input: [UInt8]) throws(Finding) {
    _ = try MessageProperties.check(input, .binary)
    let header = Array(input.prefix { $0 != UInt8(ascii: "\n") })
    guard header.count <= 0xFFFF else { return }
    let payload = Array(input.dropFirst(header.count + 1))
    let frame = [UInt8(header.count >> 8), UInt8(header.count & 0xFF)] + header + payload
    let error = try MessageProperties.check(frame, .binary)
    guard error == nil else { return try checkHeader(header, error) }
    guard let request = try? Request(frame.span, .binary), case .send(let send) = request.action,
      case .binary(let binary) = send.body
    else { throw Finding("taken, but no binary message") }
    try require(Array(frame[binary.payload]) == payload, "another payload")
  }

  /// A header that is refused as no JSON is none.
  private static func checkHeader(_ header: [UInt8], _ error: RequestError?) throws(Finding) {
    let isUTF8 = (try? UTF8Span(validating: header.span)) != nil
    try require(
      (error == .json(.notUTF8)) == !isUTF8,
      "UTF-8: \(isUTF8), \(String(describing: error))"
    )
    try require(error != .headerLength, "the length is right")
    guard isUTF8, case .json = error else { return }
    try require(JSONModel.judge(header) != .fine, "it is JSON, but \(String(describing: error))")
  }
}
