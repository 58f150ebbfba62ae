/// Why a request cannot be read.
///
/// The client is owed `response`, and the connection then closes: where the next request starts
/// is no longer known.
public enum HTTPError: Error, Equatable {
  case malformedRequestLine, invalidMethod, methodTooLong, unsupportedVersion
  case invalidTarget, targetTooLong(limit: Int)
  case headerTooLarge(limit: Int)
  case bareLineFeed, bareCarriageReturn
  case foldedField, spaceBeforeColon, invalidFieldName, invalidFieldValue
  case missingHost, repeatedHost, invalidHost
  case invalidContentLength, lengthAndTransferEncoding
  case transferEncodingInHTTP10, unknownTransferEncoding, chunkedNotLast
  case malformedChunk, chunkExtensionsTooLarge(limit: Int)
  case bodyTooLarge(limit: Int)

  /// The status that RFC 9110 and RFC 9112 ask for.
  public var status: HTTPStatus {
    switch self {
    case .methodTooLong, .unknownTransferEncoding: .notImplemented
    case .unsupportedVersion: .httpVersionNotSupported
    case .targetTooLong: .uriTooLong
    case .headerTooLarge: .requestHeaderFieldsTooLarge
    case .bodyTooLarge: .contentTooLarge
    default: .badRequest
    }
  }

  /// A sentence for whoever sent the request.
  public var reason: String {
    switch self {
    case .malformedRequestLine:
      "The request line must read METHOD TARGET HTTP/1.1, with single spaces."
    case .invalidMethod:
      "The request method is missing or holds a character that no method may hold."
    case .methodTooLong:
      "This request method is not known here."
    case .unsupportedVersion:
      "Only HTTP/1.1 and HTTP/1.0 are spoken here."
    case .invalidTarget:
      "The request target must be a path such as /index.html, correctly percent-encoded."
    case .targetTooLong(let limit):
      "The request target is longer than \(limit) bytes."
    case .headerTooLarge(let limit):
      "The header is larger than \(limit) bytes."
    case .bareLineFeed:
      "Lines of the header must end with CR LF, not with LF alone."
    case .bareCarriageReturn:
      "Lines of the header must end with CR LF, not with CR alone."
    case .foldedField:
      "A header line must not start with a space: folded lines are obsolete."
    case .spaceBeforeColon:
      "There must be no space between a header's name and its colon."
    case .invalidFieldName:
      "A header line must start with a name made of letters, digits and hyphens, and a colon."
    case .invalidFieldValue:
      "A header's value holds a control character."
    case .missingHost:
      "An HTTP/1.1 request must have a Host header."
    case .repeatedHost:
      "A request must have only one Host header."
    case .invalidHost:
      "The Host header must be a host name or address, with an optional port."
    case .invalidContentLength:
      "Content-Length must be one decimal number."
    case .lengthAndTransferEncoding:
      "A request must not have both Content-Length and Transfer-Encoding."
    case .transferEncodingInHTTP10:
      "HTTP/1.0 knows no Transfer-Encoding."
    case .unknownTransferEncoding:
      "The only Transfer-Encoding understood here is chunked."
    case .chunkedNotLast:
      "Transfer-Encoding must name chunked once, as the last one."
    case .malformedChunk:
      "The chunked body is malformed."
    case .chunkExtensionsTooLarge(let limit):
      "The chunk extensions are larger than \(limit) bytes."
    case .bodyTooLarge(let limit):
      "The body is larger than \(limit) bytes."
    }
  }

  /// What to send before the connection closes.
  public var response: HTTPResponse { .text(status, reason) }
}
