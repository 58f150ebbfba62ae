/// An answer to a request, with its body if that is in memory (RFC 9112 §4).
public struct HTTPResponse: Sendable, Equatable {
  /// How the request ended.
  public var status: HTTPStatus
  /// The fields beside those that `serializedHead` writes by itself.
  public var fields: HTTPFields
  /// The body; empty if there is none, or if it is sent by other means.
  public var body: [UInt8]

  /// Makes a response from its parts.
  public init(status: HTTPStatus, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// A sentence for people, as `text/plain`.
  public static func text(_ status: HTTPStatus, _ sentence: String) -> HTTPResponse {
    HTTPResponse(
      status: status,
      fields: ["Content-Type": "text/plain; charset=utf-8"],
      body: Array((sentence + "\n").utf8)
    )
  }

  /// The status line and all fields, up to and with the empty line.
  ///
  /// To `fields` it adds `Date`, `X-Content-Type-Options: nosniff`, `Content-Length` and what
  /// `Connection` needs to say, so those four do not belong into `fields` (but `Connection:
  /// Upgrade` does).
  ///
  /// - Parameters:
  ///   - contentLength: The size of the body that follows, or would follow to GET if this answers
  ///     HEAD; left out where the status allows no body.
  ///   - keepsAlive: Whether the connection stays open after this (RFC 9112 §9.3).
  ///   - version: What the client speaks; the answer itself is always HTTP/1.1 (RFC 9110 §2.5).
  ///   - date: The present, from `HTTPDate.format`.
  public func serializedHead(
    contentLength: Int?,
    keepsAlive: Bool,
    for version: HTTPVersion,
    date: String
  ) -> [UInt8] {
    precondition(HTTPFields.isValue(date), "no date: \(date)")
    var head: [UInt8] = []
    // The longest head of our own, for a file, has about 400 bytes.
    head.reserveCapacity(512)
    head.append("HTTP/1.1 ")
    head.append(decimal: status.code)
    head.append(" ")
    head.append(status.reason)
    head.append("\r\n")
    for place in fields.places {
      head.appendField(fields.name(at: place), fields.value(at: place))
    }
    head.appendField("X-Content-Type-Options", "nosniff")
    head.appendField("Date", date)
    if let contentLength, status.allowsBody {
      head.append("Content-Length: ")
      head.append(decimal: contentLength)
      head.append("\r\n")
    }
    if status != .switchingProtocols {
      if !keepsAlive {
        head.appendField("Connection", "close")
      } else if version == .http10 {
        head.appendField("Connection", "keep-alive")
      }
    }
    head.append("\r\n")
    return head
  }

  /// The head and `body`, ready to be sent to anything but HEAD.
  public func serialized(
    keepsAlive: Bool,
    for version: HTTPVersion,
    date: String
  ) -> [UInt8] {
    let head = serializedHead(
      contentLength: body.count,
      keepsAlive: keepsAlive,
      for: version,
      date: date
    )
    return status.allowsBody ? head + body : head
  }
}

extension [UInt8] {
  /// Writes one line; `HTTPFields` let no line break in.
  fileprivate mutating func appendField(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    append(copying: name)
    append(": ")
    append(copying: value)
    append("\r\n")
  }

  fileprivate mutating func appendField(_ name: String, _ value: String) {
    appendField(name.utf8.span, value.utf8.span)
  }

  fileprivate mutating func append(_ text: String) {
    append(copying: text.utf8.span)
  }

  /// Writes a number that is not negative.
  fileprivate mutating func append(decimal number: Int) {
    if number > 9 { append(decimal: number / 10) }
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}
