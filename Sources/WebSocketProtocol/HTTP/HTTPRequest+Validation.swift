// What is judged when the head is complete: the host, and where the body ends.

extension HTTPRequest {
  /// Joins a request line and its fields.
  ///
  /// - Throws: An error about `Host`, the target or the length of the body.
  init(line: RequestLine, fields: HTTPFields, limits: HTTPLimits) throws(HTTPError) {
    // RFC 9112 §3.2.4: the asterisk is for OPTIONS only.
    guard !line.target.segments.isEmpty || line.method == "OPTIONS" else { throw .invalidTarget }
    try Self.checkHost(fields, version: line.version)
    let body = try Body(fields, version: line.version)
    if case .length(let length) = body, length > limits.bodyBytes {
      throw .bodyTooLarge(limit: limits.bodyBytes)
    }
    self.init(
      method: line.method,
      target: line.target,
      version: line.version,
      fields: fields,
      body: body
    )
  }

  /// RFC 9112 §3.2: a server MUST answer 400 if `Host` is missing in HTTP/1.1, or repeated or
  /// invalid in any version.
  private static func checkHost(
    _ fields: HTTPFields,
    version: HTTPVersion
  ) throws(HTTPError) {
    guard let host = fields.place(of: "Host") else {
      if version == .http11 { throw .missingHost }
      return
    }
    guard fields.place(of: "Host", from: host + 1) == nil else { throw .repeatedHost }
    guard Authority.isValid(fields.value(at: host)) else { throw .invalidHost }
  }
}

extension HTTPRequest.Body {
  /// Finds out where the body ends (RFC 9112 §6.3).
  ///
  /// Whatever two readers could understand in two ways is refused: an error here is how requests
  /// are smuggled past a proxy (§11.2).
  init(_ fields: HTTPFields, version: HTTPVersion) throws(HTTPError) {
    let hasCoding = fields.place(of: "Transfer-Encoding") != nil
    let hasLength = fields.place(of: "Content-Length") != nil
    switch (hasCoding, hasLength) {
    case (false, false): self = .none
    case (false, true): self = .length(try Self.length(fields.all("Content-Length")))
    case (true, true): throw .lengthAndTransferEncoding
    case (true, false):
      // §6.1: HTTP/1.0 has no Transfer-Encoding; a message with it has faulty framing.
      guard version != .http10 else { throw .transferEncodingInHTTP10 }
      try Self.checkCodings(fields.all("Transfer-Encoding").flatMap(\.members))
      self = .chunked
    }
  }

  /// A repeated length is accepted if it says the same each time (§6.3, rule 5).
  private static func length(_ values: [String]) throws(HTTPError) -> Int {
    var length: Int?
    for value in values {
      for member in value.members {
        guard let number = member.decimalNumber, length == nil || length == number else {
          throw .invalidContentLength
        }
        length = number
      }
    }
    guard let length else { throw .invalidContentLength }
    return length
  }

  /// Only `chunked` alone is understood.
  private static func checkCodings(_ codings: [String]) throws(HTTPError) {
    // RFC 9110 §5.6.1 lets a list have empty members, but who compares whole values takes `chunked,`
    // for a coding that it does not know, and may then see no body at all.
    guard !codings.contains("") else { throw .chunkedNotLast }
    let chunked = codings.indices.filter { codings[$0].equalsIgnoringCase("chunked") }
    if chunked.isEmpty { throw .unknownTransferEncoding }
    guard chunked == [codings.count - 1] else { throw .chunkedNotLast }
    guard codings.count == 1 else { throw .unknownTransferEncoding }
  }
}
